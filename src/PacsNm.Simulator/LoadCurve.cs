namespace PacsNm.Simulator;

/// <summary>
/// The load curve of the quirk Capacity. The objects to send and the responses to queries are the operations. A PACS serves so many of
/// them at a time, for 20 ms each; the others wait for their turn, and their service takes 10 ms longer for each operation that was too
/// many when they came. More associations than the capacity therefore make the whole PACS slower, but idle ones cost nothing.
/// </summary>
internal sealed class LoadCurve
{
    private const int ServiceMilliseconds = 20;
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

    /// <summary>Waits until one operation has been served.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        if (_free is null)
            return;
        var tooMany = Math.Max(0, Interlocked.Increment(ref _operations) - _capacity);
        try
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.Delay(ServiceMilliseconds + (ExtraMilliseconds * tooMany), cancellationToken).ConfigureAwait(false);
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
