namespace PacsNm;

/// <summary>What became of a retrieval: what was expected, what arrived, and where it is.</summary>
public abstract record PacsSavedItem
{
    private protected PacsSavedItem()
    {
    }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Where it came from.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Whether it is complete.</summary>
    public SaveStatus Status { get; init; }

    /// <summary>Instances that the PACS was asked for; null where it did not say how many it has.</summary>
    public int? Expected { get; init; }

    /// <summary>How the expected number is known.</summary>
    public SaveExpectation Expectation { get; init; }

    /// <summary>Instances that arrived in this run, whole, and are in the archive.</summary>
    public int Received { get; init; }

    /// <summary>Instances that were in the archive before and were left alone.</summary>
    public int AlreadyPresent { get; init; }

    /// <summary>The instances that were expected and are not there, each with the reason.</summary>
    public ValueList<PacsMissingInstance> Missing { get; init; } = [];

    /// <summary>Bytes of the files that arrived.</summary>
    public long Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The folder of its study; empty where nothing arrived.</summary>
    public string Path { get; init; } = "";

    /// <summary>What fetched it; several where one did not bring all.</summary>
    public string Retriever { get; init; } = "";

    /// <summary>How often a retriever was run.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it is not complete; empty where it is.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The UID of what it is about, and not more: a path may name a patient.</summary>
    public sealed override string ToString() => Uid;

    /// <summary>The UID of what it is about.</summary>
    private protected abstract string Uid { get; }
}
