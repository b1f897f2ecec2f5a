using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>
/// The progress bars of a Save cmdlet: one for the call, and below it one for each running retrieval. No text contains a patient's data.
/// </summary>
/// <param name="items">The plural noun of the counted items, such as studies.</param>
/// <param name="write">Writes a record; called on the pipeline's thread.</param>
internal sealed class SaveProgress(string items, Action<ProgressRecord> write)
{
    /// <summary>How often the bars are updated.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private const string Activity = "Retrieving";
    private const int CallActivity = 1;

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private readonly List<RetrieveProgress> _underWay = [];
    private int _bars;

    /// <summary>The number of items that have arrived from the pipeline.</summary>
    public int Known { get; set; }

    /// <summary>Whether all items have arrived, so that a percentage is known.</summary>
    public bool IsAllKnown { get; set; }

    /// <summary>The number of items that are finished.</summary>
    public int Done { get; set; }

    /// <summary>What the call waits for; null if it does not wait.</summary>
    public string? Waiting { get; set; }

    /// <summary>The number of instances that were received.</summary>
    public int Instances { get; set; }

    /// <summary>Adds a bar for a retrieval.</summary>
    public void Begin(RetrieveProgress retrieval) => _underWay.Add(retrieval);

    /// <summary>Updates the bars, then removes the bar of a retrieval that has ended.</summary>
    public void End(RetrieveProgress retrieval)
    {
        Tell();
        _underWay.Remove(retrieval);
    }

    /// <summary>Updates the bars unless they were just updated.</summary>
    public void TellInTime()
    {
        if (_sinceTold.Elapsed >= Interval)
            Tell();
    }

    /// <summary>Removes all bars.</summary>
    public void Close()
    {
        _underWay.Clear();
        Tell();
        Complete(CallActivity, Activity);
    }

    private void Tell()
    {
        _sinceTold.Restart();
        write(new ProgressRecord(CallActivity, Activity, Waiting ?? $"{Done} of {Known} {items}, {Instances} instances so far")
        {
            PercentComplete = IsAllKnown && Known > 0 ? 100 * Done / Known : -1,
        });
        for (var slot = 0; slot < _underWay.Count; slot++)
        {
            var retrieval = _underWay[slot];
            write(new ProgressRecord(CallActivity + 1 + slot, retrieval.Title, $"{retrieval.Step}: {retrieval}")
            {
                ParentActivityId = CallActivity,
                PercentComplete = retrieval.Percent,
                SecondsRemaining = retrieval.SecondsRemaining,
            });
        }

        for (; _bars > _underWay.Count; _bars--)
            Complete(CallActivity + _bars, Activity);
        _bars = _underWay.Count;
    }

    private void Complete(int activity, string title) =>
        write(new ProgressRecord(activity, title, "Done") { RecordType = ProgressRecordType.Completed });
}
