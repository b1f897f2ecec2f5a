using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>
/// The progress bars of a Save call: one for the call, and below it one for each retrieval under way. No text holds a
/// patient's data.
/// </summary>
/// <param name="items">What is counted, such as studies.</param>
/// <param name="write">Writes a record; called on the pipeline's thread.</param>
internal sealed class SaveProgress(string items, Action<ProgressRecord> write)
{
    /// <summary>How often the bars change.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private const string Activity = "Retrieving";
    private const int CallActivity = 1;

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private readonly List<RetrieveProgress> _underWay = [];
    private int _bars;

    /// <summary>How many items have come down the pipeline so far.</summary>
    public int Known { get; set; }

    /// <summary>Whether no more will come, so that a percentage says something.</summary>
    public bool IsAllKnown { get; set; }

    /// <summary>How many items are dealt with.</summary>
    public int Done { get; set; }

    /// <summary>How many instances were received.</summary>
    public int Instances { get; set; }

    /// <summary>Adds a bar for a retrieval.</summary>
    public void Begin(RetrieveProgress retrieval) => _underWay.Add(retrieval);

    /// <summary>Shows where all retrievals are, then takes away the bar of one that has ended.</summary>
    /// <param name="retrieval">Null for an item that was not retrieved.</param>
    public void End(RetrieveProgress? retrieval)
    {
        Tell();
        if (retrieval is not null)
            _underWay.Remove(retrieval);
        Done++;
    }

    /// <summary>Shows where all retrievals are, if it was not shown a moment ago.</summary>
    public void TellInTime()
    {
        if (_sinceTold.Elapsed >= Interval)
            Tell();
    }

    /// <summary>Takes all bars away.</summary>
    public void Close()
    {
        _underWay.Clear();
        Tell();
        Complete(CallActivity, Activity);
    }

    private void Tell()
    {
        _sinceTold.Restart();
        write(new ProgressRecord(CallActivity, Activity, $"{Done} of {Known} {items}, {Instances} instances so far")
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
