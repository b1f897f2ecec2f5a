namespace PacsNm.Simulator;

/// <summary>
/// The load curve of the quirk Capacity. The PACS serves so many operations at a time: 20 ms for an object to send, 40 ms for a query.
/// The others wait for their turn, and their service takes 10 ms longer for each operation that was too many when they came. Too many
/// busy associations therefore make the whole PACS slower, but idle ones cost nothing.
/// </summary>
internal sealed class LoadCurve
{
    private const int ObjectMilliseconds = 20;
    private const int QueryMilliseconds = 40;
    private const int ExtraMilliseconds = 10;

    private readonly int _capacity;
    private readonly SemaphoreSlim? _free;
    private int _operations;

    /// <param name="capacity">The operations served at a time, at least 1; null for a PACS without this quirk.</param>
    public LoadCurve(int? capacity)
    {
        _capacity = Math.Max(1, capacity ?? 1);
        _free = capacity is null ? null : new SemaphoreSlim(_capacity);
    }

    /// <summary>Waits until an object to send has been served.</summary>
    public Task ServeObjectAsync(CancellationToken cancellationToken) => ServeAsync(ObjectMilliseconds, cancellationToken);

    /// <summary>Waits until a query has been served.</summary>
    public Task ServeQueryAsync(CancellationToken cancellationToken) => ServeAsync(QueryMilliseconds, cancellationToken);

    private async Task ServeAsync(int milliseconds, CancellationToken cancellationToken)
    {
        if (_free is null)
            return;
        var tooMany = Math.Max(0, Interlocked.Increment(ref _operations) - _capacity);
        try
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.Delay(milliseconds + (ExtraMilliseconds * tooMany), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _operations);
        }
    }
}
