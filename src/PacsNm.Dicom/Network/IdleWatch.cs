using System.Diagnostics;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Ends an exchange that was idle for too long or exceeded its time limit. One timer watches the whole exchange, so that single reads
/// need no clock.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    /// <summary>The longest time between two readings of the limit, which may change during a wait.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly object _gate = new();
    private readonly Func<TimeSpan> _limit;
    private readonly Action _end;
    private readonly Timer _timer;
    private long _lastPassed;
    private long _latestEnd = long.MaxValue;
    private int _holds;
    private bool _hasEnded;

    /// <summary>Starts the watch.</summary>
    /// <param name="limit">Returns the longest idle time.</param>
    /// <param name="end">Ends the exchange. It is called at most once.</param>
    public IdleWatch(Func<TimeSpan> limit, Action end)
    {
        _limit = limit;
        _end = end;
        _timer = new Timer(static watch => ((IdleWatch)watch!).Look(), this, Timeout.Infinite, Timeout.Infinite);
        Look();
    }

    /// <summary>The exceeded idle limit; null if the limit was not exceeded.</summary>
    public TimeSpan? ExpiredLimit { get; private set; }

    /// <summary>Records that data has passed.</summary>
    public void Touch() => Interlocked.Exchange(ref _lastPassed, _clock.ElapsedMilliseconds);

    /// <summary>Begins local work, such as writing to a disk. The peer is not considered idle meanwhile.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>Ends local work that <see cref="Hold"/> began.</summary>
    public void Release()
    {
        Touch();
        Interlocked.Decrement(ref _holds);
    }

    /// <summary>Ends the exchange after a time, even if data passes.</summary>
    public void EndWithin(TimeSpan time)
    {
        Interlocked.Exchange(ref _latestEnd, _clock.ElapsedMilliseconds + (long)time.TotalMilliseconds);
        Look();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            var now = _clock.ElapsedMilliseconds;
            var limit = _limit();
            var idle = Volatile.Read(ref _holds) > 0
                ? long.MaxValue
                : Interlocked.Read(ref _lastPassed) + (long)limit.TotalMilliseconds - now;
            var left = Math.Min(idle, Interlocked.Read(ref _latestEnd) - now);
            if (left > 0)
            {
                Rest(left);
                return;
            }

            if (_hasEnded)
                return;
            _hasEnded = true;
            ExpiredLimit = idle <= 0 ? limit : null;
        }

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
            // The exchange has already ended.
        }
    }
}
