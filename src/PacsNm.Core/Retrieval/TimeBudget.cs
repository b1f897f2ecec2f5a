using System.Diagnostics;

namespace PacsNm.Retrieval;

/// <summary>How long a study may take, not counting the time in which it waits for its turn.</summary>
/// <param name="limit">The time.</param>
/// <param name="ending">Cancelled when it is over.</param>
internal sealed class TimeBudget(TimeSpan limit, CancellationTokenSource ending)
{
    private readonly Stopwatch _used = new();

    /// <summary>Stops the clock.</summary>
    public void Pause()
    {
        _used.Stop();
        ending.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the clock go on.</summary>
    public void Resume()
    {
        if (_used.IsRunning)
            return;
        _used.Start();
        ending.CancelAfter(_used.Elapsed < limit ? limit - _used.Elapsed : TimeSpan.Zero);
    }
}
