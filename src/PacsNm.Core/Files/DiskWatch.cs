namespace PacsNm.Files;

/// <summary>Watches the free space of a file system while files are written to it, and cancels the work if there is too little.</summary>
/// <param name="path">A path on the file system.</param>
/// <param name="minimum">The bytes that must stay free.</param>
/// <param name="ending">Cancelled if fewer bytes are free.</param>
internal sealed class DiskWatch(string path, long minimum, CancellationTokenSource ending) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly object _gate = new();
    private Timer? _timer;
    private bool _isDisposed;

    /// <summary>Why the work was cancelled; null if it was not.</summary>
    public DiskSpaceLowException? Failure { get; private set; }

    /// <summary>Checks the free space now and then at intervals.</summary>
    /// <exception cref="DiskSpaceLowException">There is too little space already.</exception>
    public void Begin()
    {
        if (Check() is { } failure)
            throw failure;
        _timer = new Timer(_ => Tick(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _timer?.Dispose();
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_isDisposed || Failure is not null || Check() is not { } failure)
                return;
            Failure = failure;
            ending.Cancel();
        }
    }

    private DiskSpaceLowException? Check() =>
        DiskSpace.FreeBytes(path) is { } free && free < minimum ? new DiskSpaceLowException(free, minimum, "must stay free") : null;
}
