using System.Diagnostics;

namespace PacsNm.Retrieval;

/// <summary>The time limit of a study. The time in which the study waits for its turn does not count.</summary>
/// <param name="limit">The limit.</param>
/// <param name="ending">Cancelled when the time is over.</param>
internal sealed class TimeBudget(TimeSpan limit, CancellationTokenSource ending)
{
    private readonly Stopwatch _used = new();

    /// <summary>Stops the clock.</summary>
    public void Pause()
    {
        _used.Stop();
        ending.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts the clock again.</summary>
    public void Resume()
    {
        if (_used.IsRunning)
            return;
        _used.Start();
        ending.CancelAfter(_used.Elapsed < limit ? limit - _used.Elapsed : TimeSpan.Zero);
    }
}
