using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>What a retrieval knows while it runs: what the study has, what is in the archive, and what was tried.</summary>
/// <param name="instances">The instances in the archive.</param>
/// <param name="availability">Where the PACS keeps the study.</param>
internal sealed class StudyState(IInstances instances, InstanceAvailability availability)
{
    /// <summary>What the study has; null until the PACS was asked.</summary>
    public StudyPlan? Plan { get; set; }

    /// <summary>The runs so far.</summary>
    public RetrieveAttempts Attempts { get; } = new();

    /// <summary>Whether everything that is wanted is in the archive.</summary>
    public bool IsComplete => StudyVerdict.Of(Facts(endedEarly: false)).Gap == ProofGap.None;

    /// <summary>Whether the archive has no instance of the study.</summary>
    public bool IsEmpty => instances.Present.Count == 0;

    /// <summary>The instances that are in the archive.</summary>
    public IReadOnlyCollection<InstanceKey> Present => instances.Present;

    /// <summary>The listed instances that are wanted and not in the archive.</summary>
    public IEnumerable<PlannedInstance> Missing =>
        Plan is { } plan ? plan.Wanted.Where(instance => !instances.Present.Contains(instance.Key)) : [];

    /// <summary>Whether a listed instance is missing and another request may bring it.</summary>
    public bool IsAskable(PlannedInstance instance) =>
        !instances.Present.Contains(instance.Key) && !instances.IsGivenUp(instance.Key);

    /// <summary>Collects the facts for the verdict.</summary>
    /// <param name="endedEarly">Whether the retrieval ended early.</param>
    public StudyFacts Facts(bool endedEarly) => new()
    {
        IsPlanned = Plan is not null,
        Plan = Plan ?? StudyPlan.Unknown,
        Present = instances.Present,
        Received = instances.Received,
        Attempts = Attempts.Count,
        IsLastSuccess = Attempts.IsLastSuccess,
        IsWholeSuccess = Attempts.IsWholeSuccess,
        Sent = Attempts.Sent,
        HasSendFailures = Attempts.HasSendFailures,
        WasComplete = instances.LastEnd is { Status: ManifestEntry.Complete } end && end.Expected == instances.Present.Count,
        HasRejections = instances.HasRejections,
        EndedEarly = endedEarly,
        Availability = availability,
    };
}
