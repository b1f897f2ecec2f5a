namespace PacsNm;

/// <summary>The result of a retrieval: what was expected, what arrived, and where it is.</summary>
public abstract record PacsSavedItem
{
    private protected PacsSavedItem()
    {
    }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>The PACS that it was retrieved from.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Whether it is complete.</summary>
    public SaveStatus Status { get; init; }

    /// <summary>The number of instances that should be in the archive; null if the PACS did not say.</summary>
    public int? Expected { get; init; }

    /// <summary>The source of the expected number.</summary>
    public SaveExpectation Expectation { get; init; }

    /// <summary>The number of instances that arrived whole in this run and are in the archive.</summary>
    public int Received { get; init; }

    /// <summary>The number of instances that were in the archive before and were not retrieved again.</summary>
    public int AlreadyPresent { get; init; }

    /// <summary>The instances that were expected and are not in the archive, each with its reason.</summary>
    public ValueList<PacsMissingInstance> Missing { get; init; } = [];

    /// <summary>The total size of the files that arrived, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>How long the retrieval took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The folder of the study; empty if nothing arrived.</summary>
    public string Path { get; init; } = "";

    /// <summary>The retriever; several if one did not bring everything.</summary>
    public string Retriever { get; init; } = "";

    /// <summary>The runs of retrievers in their order.</summary>
    public ValueList<PacsRetrieveAttempt> Attempts { get; init; } = [];

    /// <summary>
    /// Why it is not complete, the best explanation first. For a complete one, any facts of the PACS that do not agree; usually empty.
    /// </summary>
    public string Reason { get; init; } = "";

    /// <summary>Problems with objects that arrived, or that were not kept; usually empty.</summary>
    public ValueList<string> Warnings { get; init; } = [];

    /// <summary>Returns the result of a retrieval that was paused, of which this is the last part.</summary>
    internal PacsSavedItem After(PacsSavedItem earlier) => this with
    {
        Status = Status == SaveStatus.Skipped && earlier.Received > 0 ? SaveStatus.Complete : Status,
        Received = earlier.Received + Received,
        AlreadyPresent = Math.Max(earlier.AlreadyPresent, AlreadyPresent - earlier.Received),
        Bytes = earlier.Bytes + Bytes,
        Duration = earlier.Duration + Duration,
        Retriever = Retriever.Length > 0 ? Retriever : earlier.Retriever,
        Attempts = [.. earlier.Attempts, .. Attempts],
        Warnings = [.. earlier.Warnings, .. Warnings],
    };

    /// <summary>The UID of the study, series or instance. Paths are left out, because they may name a patient.</summary>
    public sealed override string ToString() => Uid;

    /// <summary>Returns the UID of the study, series or instance.</summary>
    private protected abstract string Uid { get; }
}
