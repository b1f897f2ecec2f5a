using System.Diagnostics;

namespace PacsNm.Retrieval;

/// <summary>
/// The time limit of a study. The time in which the study waits for its turn does not count, unless other associations work for it.
/// </summary>
/// <param name="limit">The limit.</param>
/// <param name="ending">Cancelled when the time is over.</param>
internal sealed class TimeBudget(TimeSpan limit, CancellationTokenSource ending)
{
    private readonly object _gate = new();
    private readonly Stopwatch _used = new();
    private bool _isWaiting;
    private int _further;

    /// <summary>Records that the study waits for its turn.</summary>
    public void Pause() => Change(() => _isWaiting = true);

    /// <summary>Records that the study works.</summary>
    public void Resume() => Change(() => _isWaiting = false);

    /// <summary>Records that a further association works for the study.</summary>
    public void BeginFurther() => Change(() => _further++);

    /// <summary>Records that a further association has ended its work.</summary>
    public void EndFurther() => Change(() => _further--);

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            var runs = !_isWaiting || _further > 0;
            if (runs == _used.IsRunning)
                return;
            if (runs)
                _used.Start();
            else
                _used.Stop();
            ending.CancelAfter(
                !runs ? Timeout.InfiniteTimeSpan
                : _used.Elapsed < limit ? limit - _used.Elapsed
                : TimeSpan.Zero);
        }
    }
}
