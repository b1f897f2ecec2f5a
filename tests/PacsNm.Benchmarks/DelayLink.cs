using System.Diagnostics;

namespace PacsNm.Benchmarks;

/// <summary>
/// One direction of a link that all connections share: it sends one byte after the other at its rate, and each byte arrives
/// half a round trip after it was sent.
/// </summary>
internal sealed class DelayLink(Distance distance)
{
    /// <summary>
    /// How far a sender may be ahead of the link, in seconds: more than a sleep is late, so that the link is never idle while
    /// there is something to send, and so little that a short message of another connection does not wait long behind it.
    /// </summary>
    private const double Lead = 0.001;

    private readonly Lock _lock = new();
    private long _free;

    /// <summary>The bytes that a connection may have on their way, as a TCP window does: those of a round trip, and some more.</summary>
    public int Window { get; } = (int)(distance.RoundTrip / 1000.0 * distance.Rate * 1e6 / 8) + 256 * 1024;

    /// <summary>Sends bytes behind all that were sent before.</summary>
    /// <returns>When the last of them has arrived, and when their sender may send again.</returns>
    public (long Arrival, long Ready) Send(int bytes)
    {
        lock (_lock)
        {
            _free = Math.Max(_free, Stopwatch.GetTimestamp()) + Timestamps(bytes * 8 / (distance.Rate * 1e6));
            return (_free + Timestamps(distance.RoundTrip / 2000.0), _free - Timestamps(Lead));
        }
    }

    private static long Timestamps(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
