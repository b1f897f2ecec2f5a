using System.Diagnostics;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Ends an exchange in which nothing has passed for too long, or whose time to end ran out. One timer watches all of it, so
/// that a read does not need a clock of its own.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    /// <summary>The limit may change during a wait, so it is asked for again after this time.</summary>
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

    /// <summary>Begins to watch.</summary>
    /// <param name="limit">How long nothing may pass.</param>
    /// <param name="end">Ends the exchange; called once at most.</param>
    public IdleWatch(Func<TimeSpan> limit, Action end)
    {
        _limit = limit;
        _end = end;
        _timer = new Timer(static watch => ((IdleWatch)watch!).Look(), this, Timeout.Infinite, Timeout.Infinite);
        Look();
    }

    /// <summary>The limit that nothing passed in; null until it runs out.</summary>
    public TimeSpan? ExpiredLimit { get; private set; }

    /// <summary>Something has passed.</summary>
    public void Touch() => Interlocked.Exchange(ref _lastPassed, _clock.ElapsedMilliseconds);

    /// <summary>Begins work of our own, such as writing to a disk, during which the peer cannot be blamed for silence.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>Ends that work.</summary>
    public void Release()
    {
        Touch();
        Interlocked.Decrement(ref _holds);
    }

    /// <summary>Ends the exchange after a time, even if data pass.</summary>
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
            // The exchange has ended in the meantime.
        }
    }
}
