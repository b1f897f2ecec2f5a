namespace PacsNm;

/// <summary>What became of a row of a job. Each row has exactly one outcome.</summary>
public enum JobOutcome
{
    /// <summary>Nothing yet: the row waits for its turn.</summary>
    Pending,

    /// <summary>Every instance that was selected is in the archive and whole.</summary>
    Complete,

    /// <summary>Some instances are in the archive. It is retrieved again later.</summary>
    Partial,

    /// <summary>The PACS sent no objects, or the selection leaves no series.</summary>
    Empty,

    /// <summary>The PACS has it offline or not available. It is retrieved again later.</summary>
    Unavailable,

    /// <summary>The query or the retrieval failed. It is tried again later.</summary>
    Failed,

    /// <summary>The PACS has no study that matches the row.</summary>
    NotFound,

    /// <summary>More studies match the row than the job allows per row.</summary>
    Ambiguous,

    /// <summary>Another row asks for the same, or found the same study.</summary>
    Duplicate,

    /// <summary>No query can be made of the row.</summary>
    Invalid,

    /// <summary>The PACS has it NEARLINE, or the time was over. A later pass retrieves it.</summary>
    Postponed,
}
