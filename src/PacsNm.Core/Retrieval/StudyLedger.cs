using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>What the runs of retrievers for one study came to, and the verdict over them and the files.</summary>
internal sealed class StudyLedger
{
    /// <summary>Different reasons that a result's text names; each missing instance has its own beside.</summary>
    private const int NamedReasons = 3;

    private readonly List<IRetriever> _retrievers = [];
    private readonly List<string> _bringers = [];
    private readonly HashSet<string> _failed = [];
    private readonly HashSet<string> _cut = [];
    private string? _lastReason;

    /// <summary>Runs of a retriever.</summary>
    public int Attempts { get; private set; }

    /// <summary>Whether the PACS reported success for the last one.</summary>
    public bool IsSuccess => Attempts > 0 && _lastReason is null;

    /// <summary>Whether the PACS reported success for all of it at once.</summary>
    public bool IsWholeSuccess { get; private set; }

    /// <summary>Whether the PACS said of the latest try for all at once that some of it failed.</summary>
    public bool IsWholeFailed { get; private set; }

    /// <summary>How many instances the PACS said it had sent when it did so; null where it did not say.</summary>
    public int? CompletedSubOperations { get; private set; }

    /// <summary>Enters a run.</summary>
    /// <param name="means">What ran, and how.</param>
    /// <param name="isWhole">Whether it asked for all at once.</param>
    /// <param name="reason">Why it may have brought less than all; null if the PACS reported success.</param>
    /// <param name="observer">What passed.</param>
    /// <param name="filed">Instances that it brought and that were filed.</param>
    public void Add(RetrieveMethod means, bool isWhole, string? reason, RetrieveObserver observer, int filed)
    {
        Attempts++;
        var retriever = means.Retriever;

        // A transfer syntax is tried on the chance; that a PACS has nothing in it tells less than what came before.
        if (means.Option is null || reason is null || filed > 0)
            _lastReason = reason;
        IsWholeSuccess |= reason is null && isWhole;
        if (isWhole)
            IsWholeFailed = observer.SubOperations is { Failed: > 0 };
        if (reason is null && isWhole && observer.SubOperations is { Failed: 0, Warning: 0 } counts)
            CompletedSubOperations = counts.Completed;
        if (!_retrievers.Contains(retriever))
            _retrievers.Add(retriever);
        if (filed > 0 && !_bringers.Contains(retriever.Name))
            _bringers.Add(retriever.Name);
        _failed.UnionWith(observer.FailedSopInstanceUids);
        _cut.UnionWith(observer.DatasetLengths.Where(sent => sent.Value == RetrieveObserver.Unfinished).Select(sent => sent.Key));
    }

    /// <summary>The result.</summary>
    /// <param name="study">The study.</param>
    /// <param name="plan">What it should have.</param>
    /// <param name="filing">What it has; null where the archive was not reached.</param>
    /// <param name="isComplete">Whether that is all.</param>
    /// <param name="failure">What ended the retrieval early, in words; null if it came to its end.</param>
    /// <param name="duration">How long it took.</param>
    public PacsSavedItem Judge(
        StudyToSave study,
        StudyPlan plan,
        StudyFiling? filing,
        bool isComplete,
        string? failure,
        TimeSpan duration)
    {
        var present = filing?.Present ?? [];
        PacsMissingInstance[] missing =
        [
            .. from instance in plan.Wanted.Values
               where !present.Contains(instance.SopInstanceUid)
               select new PacsMissingInstance(
                   instance.SeriesInstanceUid, instance.SopInstanceUid, instance.SopClassUid, ReasonOf(instance, filing, failure)),
        ];
        var status = isComplete ? (Attempts == 0 ? SaveStatus.Skipped : SaveStatus.Complete)
            : present.Count > 0 ? SaveStatus.Partial
            : study.Availability is InstanceAvailability.OFFLINE or InstanceAvailability.UNAVAILABLE ? SaveStatus.Unavailable
            : failure is not null || _lastReason is not null || filing is { Rejections.Count: > 0 } ? SaveStatus.Failed
            : SaveStatus.Empty;
        return study.NewResult() with
        {
            Status = status,
            Expected = isComplete ? present.Count : plan.Count,
            Expectation = plan.Expectation,
            Received = filing?.Received ?? 0,
            AlreadyPresent = filing?.AlreadyPresent ?? 0,
            Missing = [.. missing],
            Bytes = filing?.Bytes ?? 0,
            Duration = duration,
            Path = filing?.StudyFolder ?? "",
            Retriever = string.Join(", ", _bringers.Count > 0 ? _bringers : _retrievers.Select(retriever => retriever.Name)),
            Attempts = Attempts,
            Reason = isComplete ? "" : Summarize(status, plan, filing, missing, failure),
        };
    }

    /// <summary>Why an instance is not there: what is known of itself before what is known of the last run.</summary>
    private string ReasonOf(PlannedInstance instance, StudyFiling? filing, string? failure)
    {
        var uid = instance.SopInstanceUid;
        if (filing?.Rejections.TryGetValue(uid, out var rejection) == true)
            return rejection;
        if (_retrievers.Count > 0 && instance.SopClassUid is { } sopClass && !_retrievers.Any(retriever => retriever.Receives(sopClass)))
            return $"{string.Join(" and ", _retrievers.Select(retriever => retriever.Name))} cannot receive its SOP class ({SopClasses.NameOf(sopClass)}).";
        if (_failed.Contains(uid))
            return $"The PACS failed to send it. {_lastReason}".TrimEnd();
        if (_cut.Contains(uid))
            return $"It was cut off while it came. {failure ?? _lastReason}".TrimEnd();
        return failure ?? _lastReason ?? "The PACS reported success and did not send it.";
    }

    private string Summarize(
        SaveStatus status,
        StudyPlan plan,
        StudyFiling? filing,
        PacsMissingInstance[] missing,
        string? failure)
    {
        var reasons = new List<string?> { failure };
        reasons.AddRange(missing.Select(instance => instance.Reason));
        if (missing.Length == 0)
            reasons.Add(_lastReason);
        reasons.AddRange(filing?.Rejections.Where(rejection => !plan.Wanted.ContainsKey(rejection.Key)).Select(rejection => rejection.Value) ?? []);
        var named = reasons.OfType<string>().Distinct().ToArray();
        if (status == SaveStatus.Empty)
            named = [plan.IsAbsent ? "The PACS has nothing of this study." : "The PACS reported success and sent nothing."];
        else if (named.Length == 0 && plan.Expectation == SaveExpectation.None)
            named = ["The PACS does not say what the study has, so that nothing proves it complete."];
        else if (named.Length == 0)
            named = ["The PACS counts more instances than it lists or sends."];
        return string.Join(" ", named.Take(NamedReasons)) + (named.Length > NamedReasons ? " …" : "");
    }
}
