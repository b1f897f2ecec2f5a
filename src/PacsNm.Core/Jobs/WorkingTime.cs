namespace PacsNm.Jobs;

/// <summary>When a call may use the PACS: within all of its hours, and until it has to stop.</summary>
/// <param name="hours">The hours of the call and of the server. All of them must be open.</param>
/// <param name="stopAt">When the call ends; null if it has no end.</param>
/// <param name="clock">The clock and the time zone.</param>
internal sealed class WorkingTime(IReadOnlyList<ActiveHours> hours, DateTimeOffset? stopAt, TimeProvider clock)
{
    private readonly object _gate = new();
    private CancellationTokenSource _closing = new();
    private ITimer? _timer;

    /// <summary>Cancelled by <see cref="Check"/> when no request may be sent any more.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Whether the time of the call is over.</summary>
    public bool IsOver => clock.GetUtcNow() >= stopAt;

    /// <summary>Whether a request may be sent now.</summary>
    public bool IsOpen
    {
        get
        {
            if (hours.Count == 0 && stopAt is null)
                return true;
            var now = clock.GetUtcNow();
            return !(now >= stopAt) && IsOpenAt(now);
        }
    }

    /// <summary>When the hours next begin; null if they are open now, or do not begin before the end of the call.</summary>
    public DateTimeOffset? OpensAt
    {
        get
        {
            var now = clock.GetUtcNow();
            if (IsOpenAt(now))
                return null;
            var time = now;

            // The hours of the call and of the server change at different times.
            for (var changes = 0; changes < MaximumChanges; changes++)
            {
                if (hours.Select(window => window.NextChange(time, clock.LocalTimeZone)).Min() is not { } next || next >= stopAt)
                    return null;
                if (IsOpenAt(next))
                    return next;
                time = next;
            }

            return null;
        }
    }

    /// <summary>The changes to look at: those of a week for several windows a day.</summary>
    private const int MaximumChanges = 100;

    /// <summary>
    /// Cancels <see cref="Closing"/> if the hours have ended, and replaces it when they begin again. While they are open, a timer calls it
    /// at their end.
    /// </summary>
    public void Check()
    {
        CancellationTokenSource closing;
        lock (_gate)
        {
            if (IsOpen)
            {
                if (_closing.IsCancellationRequested)
                    _closing = new CancellationTokenSource();
                if (_timer is null && ClosesAt is { } end)
                    _timer = clock.CreateTimer(_ => Check(), null, end - clock.GetUtcNow(), Timeout.InfiniteTimeSpan);
                return;
            }

            _timer?.Dispose();
            _timer = null;
            closing = _closing;
        }

        // What it ends may take its time, and another thread may check meanwhile.
        closing.Cancel();
    }

    /// <summary>When the hours end that are open now, or the call; null if neither does.</summary>
    private DateTimeOffset? ClosesAt
    {
        get
        {
            var now = clock.GetUtcNow();
            return hours.Select(window => window.NextChange(now, clock.LocalTimeZone)).Append(stopAt).Min();
        }
    }

    private bool IsOpenAt(DateTimeOffset time) => hours.All(window => window.Contains(ActiveHours.Local(time, clock.LocalTimeZone)));

    /// <summary>When a call ends that is told a time of day. A time that has passed today is tomorrow's.</summary>
    public static DateTimeOffset Next(DateTime local, TimeProvider clock)
    {
        local = DateTime.SpecifyKind(local.Kind == DateTimeKind.Utc ? local.ToLocalTime() : local, DateTimeKind.Unspecified);
        var now = ActiveHours.Local(clock.GetUtcNow(), clock.LocalTimeZone);
        var time = local <= now && local > now.AddDays(-1) ? local.AddDays(1) : local;
        return new DateTimeOffset(time, clock.LocalTimeZone.GetUtcOffset(time));
    }
}
