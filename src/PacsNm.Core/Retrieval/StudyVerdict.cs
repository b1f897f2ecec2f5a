using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>Why a study is not proven complete.</summary>
internal enum ProofGap
{
    /// <summary>The study is proven complete.</summary>
    None,

    /// <summary>Instances that the PACS lists are not in the archive.</summary>
    InstancesMissing,

    /// <summary>The PACS counts, lists and sends different numbers of instances.</summary>
    NumbersDiffer,

    /// <summary>The PACS neither lists nor counts what the study has.</summary>
    NothingKnown,

    /// <summary>The archive has no instance of the study.</summary>
    NothingThere,
}

/// <summary>
/// Whether a study is complete. What the PACS counts, what it lists and what it sends are three facts. A complete study has every listed
/// instance on disk, and no fact gives a larger or smaller number.
/// </summary>
/// <param name="Status">The status.</param>
/// <param name="Expectation">The fact that the verdict depends on.</param>
/// <param name="Expected">The number of instances that the study has according to this fact; null if unknown.</param>
/// <param name="Missing">The listed instances that are wanted and not in the archive.</param>
/// <param name="Gap">What is not proven.</param>
internal sealed record StudyVerdict(
    SaveStatus Status,
    SaveExpectation Expectation,
    int? Expected,
    IReadOnlyList<PlannedInstance> Missing,
    ProofGap Gap)
{
    /// <summary>Gives the verdict. It depends only on the facts.</summary>
    public static StudyVerdict Of(StudyFacts facts)
    {
        PlannedInstance[] missing = [.. facts.Plan.Wanted.Where(instance => !facts.Present.Contains(instance.Key))];
        var expectation = ExpectationOf(facts);
        var gap = GapOf(facts, expectation, missing.Length);
        return new StudyVerdict(StatusOf(facts, gap), expectation, ExpectedOf(facts, gap), missing, gap);
    }

    private static SaveExpectation ExpectationOf(StudyFacts facts) =>
        facts.Plan.Listed.Count > 0 ? SaveExpectation.Instances
        : facts.Plan.Counted is not null ? SaveExpectation.Count
        : facts.Sent is > 0 ? SaveExpectation.SubOperations
        : SaveExpectation.None;

    private static ProofGap GapOf(StudyFacts facts, SaveExpectation expectation, int missing)
    {
        if (!facts.IsPlanned || facts.Present.Count == 0)
            return ProofGap.NothingThere;
        if (missing > 0)
            return ProofGap.InstancesMissing;
        if (facts.Plan.Maximum is { } maximum)
            return facts.Present.Count >= maximum ? ProofGap.None : ProofGap.InstancesMissing;
        var agrees = expectation switch
        {
            SaveExpectation.Instances => ListAgrees(facts),
            SaveExpectation.Count => CountAgrees(facts) && !facts.HasSendFailures,
            SaveExpectation.SubOperations => !facts.HasSendFailures,
            _ => false,
        };
        return expectation == SaveExpectation.None ? ProofGap.NothingKnown
            : agrees && !(facts.Sent > facts.Present.Count) ? ProofGap.None
            : ProofGap.NumbersDiffer;
    }

    /// <summary>
    /// Whether every listed instance is present and the numbers agree. A PACS that limits its answers lists fewer instances than it counts;
    /// then the number present must equal its count. Files of earlier runs that the PACS no longer has do not count.
    /// </summary>
    private static bool ListAgrees(StudyFacts facts)
    {
        var listed = new HashSet<InstanceKey>(facts.Plan.Listed.Select(instance => instance.Key));
        var unlisted = facts.Received.Count(instance => !listed.Contains(instance));
        return facts.Plan.Counted is { } counted
            ? counted == facts.Present.Count || (counted == listed.Count && unlisted == 0)
            : facts.Plan.MayBeTruncated ? IsSentWhole(facts, unlisted)
            : unlisted == 0;
    }

    /// <summary>A list that may be truncated proves nothing alone: the PACS must have sent the whole study in one request.</summary>
    private static bool IsSentWhole(StudyFacts facts, int unlisted) =>
        facts.WasComplete || (facts.IsWholeSuccess && (unlisted == 0 || facts.Sent == facts.Present.Count));

    /// <summary>The number present equals the count. It may be larger only if no instance arrived in this run.</summary>
    private static bool CountAgrees(StudyFacts facts) =>
        facts.Present.Count == facts.Plan.Counted || (facts.Present.Count > facts.Plan.Counted && facts.Received.Count == 0);

    private static SaveStatus StatusOf(StudyFacts facts, ProofGap gap) => gap switch
    {
        ProofGap.None => facts.Attempts == 0 ? SaveStatus.Skipped : SaveStatus.Complete,
        _ when facts.Present.Count > 0 => SaveStatus.Partial,
        _ when facts.Availability is InstanceAvailability.OFFLINE or InstanceAvailability.UNAVAILABLE => SaveStatus.Unavailable,
        _ when facts.EndedEarly || !facts.IsLastSuccess || facts.HasRejections => SaveStatus.Failed,
        _ => SaveStatus.Empty,
    };

    private static int? ExpectedOf(StudyFacts facts, ProofGap gap) =>
        gap == ProofGap.None ? facts.Present.Count
        : facts.Plan.Maximum is { } maximum ? maximum
        : facts.Plan.Listed.Count > 0 || facts.Plan.Counted is not null ? Math.Max(facts.Plan.Listed.Count, facts.Plan.Counted ?? 0)
        : facts.Sent;
}
