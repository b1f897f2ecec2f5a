using System.Diagnostics;

namespace PacsNm.Dicom.Network;

/// <summary>The time at which a wait ends, on a monotonic clock.</summary>
internal readonly struct Deadline
{
    private readonly long _end;

    private Deadline(NetworkPhase phase, TimeSpan limit)
    {
        Phase = phase;
        Limit = limit;
        _end = limit == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
    }

    public NetworkPhase Phase { get; }

    public TimeSpan Limit { get; }

    /// <summary>The remaining time, never negative; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_end == long.MaxValue)
                return Timeout.InfiniteTimeSpan;
            var ticks = _end - Stopwatch.GetTimestamp();
            return ticks <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency);
        }
    }

    public static Deadline After(NetworkPhase phase, TimeSpan limit) => new(phase, limit);

    public PeerTimeoutException ToException() => new(Phase, Limit);
}
