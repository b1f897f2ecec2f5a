using System.Diagnostics;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Ends an exchange in which nothing has passed for too long, or that was given so long to end. One timer watches it
/// whatever passes, so that a read needs no clock of its own.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    /// <summary>The limit may change while it is waited for, so that it is asked for again after a while.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Func<TimeSpan> _limit;
    private readonly Action _end;
    private readonly Timer _timer;
    private long _lastPassed;
    private long _latestEnd = long.MaxValue;
    private int _hasEnded;

    /// <summary>Begins to watch.</summary>
    /// <param name="limit">How long nothing may pass.</param>
    /// <param name="end">Ends the exchange; called once at most, on a thread of its own.</param>
    public IdleWatch(Func<TimeSpan> limit, Action end)
    {
        _limit = limit;
        _end = end;
        _timer = new Timer(static watch => ((IdleWatch)watch!).Look(), this, Timeout.Infinite, Timeout.Infinite);
        Look();
    }

    /// <summary>The limit that nothing passed in; null while it has not run out.</summary>
    public TimeSpan? ExpiredLimit { get; private set; }

    /// <summary>Something has passed.</summary>
    public void Touch() => Interlocked.Exchange(ref _lastPassed, _clock.ElapsedMilliseconds);

    /// <summary>Ends the exchange after a time, whatever passes.</summary>
    public void EndWithin(TimeSpan time)
    {
        Interlocked.Exchange(ref _latestEnd, _clock.ElapsedMilliseconds + (long)time.TotalMilliseconds);
        Look();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = _clock.ElapsedMilliseconds;
        var limit = _limit();
        var left = Math.Min(
            Interlocked.Read(ref _lastPassed) + (long)limit.TotalMilliseconds - now,
            Interlocked.Read(ref _latestEnd) - now);
        if (left > 0)
        {
            Rest(left);
            return;
        }

        if (Interlocked.Exchange(ref _hasEnded, 1) == 1)
            return;
        ExpiredLimit = limit;
        _end();
    }

    private void Rest(long milliseconds)
    {
        try
        {
            _timer.Change(Math.Min(milliseconds, (long)LongestWait.TotalMilliseconds), Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // The exchange has ended in the meantime.
        }
    }
}
