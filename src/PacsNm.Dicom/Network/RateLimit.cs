using System.Diagnostics;

namespace PacsNm.Dicom.Network;

/// <summary>Limits the total data rate of all associations that share it.</summary>
/// <param name="bytesPerSecond">The rate.</param>
public sealed class RateLimit(long bytesPerSecond)
{
    /// <summary>The longest time between two ticks.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _free;

    /// <summary>The rate.</summary>
    public long BytesPerSecond => bytesPerSecond;

    /// <summary>Waits until the transferred bytes are within the rate.</summary>
    /// <param name="bytes">The number of bytes that were just transferred.</param>
    /// <param name="tick">Called repeatedly during the wait, because the peer is not idle then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(int bytes, Action tick, CancellationToken cancellationToken)
    {
        TimeSpan until;
        lock (_gate)
        {
            var now = _clock.Elapsed;
            _free = (_free > now ? _free : now) + TimeSpan.FromTicks((long)((double)bytes * TimeSpan.TicksPerSecond / bytesPerSecond));
            until = _free;
        }

        while (until - _clock.Elapsed is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < Step ? left : Step, cancellationToken).ConfigureAwait(false);
            tick();
        }
    }
}
