using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>Everything that the verdict about a study depends on.</summary>
internal sealed record StudyFacts
{
    /// <summary>Whether the PACS was asked what the study has.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>The answer of the PACS.</summary>
    public StudyPlan Plan { get; init; } = StudyPlan.Unknown;

    /// <summary>The instances that are in the archive.</summary>
    public IReadOnlyCollection<InstanceKey> Present { get; init; } = [];

    /// <summary>The instances that arrived in this run and are in the archive.</summary>
    public IReadOnlyCollection<InstanceKey> Received { get; init; } = [];

    /// <summary>The number of runs of retrievers.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether the last run that counts ended in success.</summary>
    public bool IsLastSuccess { get; init; }

    /// <summary>
    /// The number of instances that the PACS counted as sent when it reported success for the whole study; otherwise null.
    /// </summary>
    public int? Sent { get; init; }

    /// <summary>Whether the PACS reported success for the whole study in one request.</summary>
    public bool IsWholeSuccess { get; init; }

    /// <summary>Whether an earlier run ended complete with the present number of instances.</summary>
    public bool WasComplete { get; init; }

    /// <summary>Whether the PACS counted failures in its last answer for the whole study.</summary>
    public bool HasSendFailures { get; init; }

    /// <summary>Whether objects arrived that were rejected.</summary>
    public bool HasRejections { get; init; }

    /// <summary>Whether the retrieval ended early.</summary>
    public bool EndedEarly { get; init; }

    /// <summary>Where the PACS keeps the study.</summary>
    public InstanceAvailability Availability { get; init; }
}
