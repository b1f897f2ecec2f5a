namespace PacsNm;

/// <summary>What became of a study's retrieval, as the files say.</summary>
public enum SaveStatus
{
    /// <summary>Every instance that the PACS has of it is on disk and whole.</summary>
    Complete,

    /// <summary>Some are; Missing and Reason tell the rest.</summary>
    Partial,

    /// <summary>The PACS reported success and sent nothing.</summary>
    Empty,

    /// <summary>The PACS has it offline or not at all, and sent nothing.</summary>
    Unavailable,

    /// <summary>Nothing came, for the Reason given.</summary>
    Failed,
}

/// <summary>How it is known what a study should have.</summary>
public enum SaveExpectation
{
    /// <summary>Nothing is known: the PACS answered neither at IMAGE level nor with a count.</summary>
    None,

    /// <summary>The count alone: Number of Study Related Instances (0020,1208).</summary>
    Count,

    /// <summary>Each SOP Instance UID, from a query at IMAGE level.</summary>
    Instances,
}

/// <summary>A study after its retrieval: what was expected, what arrived, and where it is.</summary>
public sealed record PacsSavedStudy
{
    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Where it came from.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Whether it is complete.</summary>
    public required SaveStatus Status { get; init; }

    /// <summary>Instances that the PACS was asked for; null where it did not say how many it has.</summary>
    public int? Expected { get; init; }

    /// <summary>How the expected number is known.</summary>
    public SaveExpectation Expectation { get; init; }

    /// <summary>Instances that arrived whole and are in the archive.</summary>
    public int Received { get; init; }

    /// <summary>Of those received, the ones that were in the archive before and were left alone.</summary>
    public int AlreadyPresent { get; init; }

    /// <summary>SOP Instance UIDs that were expected and are not there.</summary>
    public string[] Missing { get; init; } = [];

    /// <summary>Bytes of the files that were added.</summary>
    public long Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The study's folder; empty where nothing arrived.</summary>
    public string Path { get; init; } = "";

    /// <summary>What fetched it.</summary>
    public string Retriever { get; init; } = "";

    /// <summary>Why it is not complete; empty where it is.</summary>
    public string Reason { get; init; } = "";
}
