namespace PacsNm;

/// <summary>The result of a retrieval. It depends only on the files on disk.</summary>
public enum SaveStatus
{
    /// <summary>Every instance that the PACS has of it is on disk and whole.</summary>
    Complete,

    /// <summary>Some instances are on disk. Missing and Reason describe the rest.</summary>
    Partial,

    /// <summary>The PACS reported success but sent no objects.</summary>
    Empty,

    /// <summary>The PACS has it offline or not available, and sent no objects.</summary>
    Unavailable,

    /// <summary>No instance is on disk; Reason says why.</summary>
    Failed,

    /// <summary>Every instance was on disk already, so nothing was requested.</summary>
    Skipped,

    /// <summary>Nothing was requested, because the time of the call was over.</summary>
    Postponed,
}

/// <summary>How PacsNm knows which instances there should be.</summary>
public enum SaveExpectation
{
    /// <summary>It does not know: the PACS gave neither a list of instances nor a count.</summary>
    None,

    /// <summary>From the count alone: Number of Study Related Instances (0020,1208).</summary>
    Count,

    /// <summary>From the SOP Instance UIDs in a query at IMAGE level.</summary>
    Instances,

    /// <summary>From the count in the final response of a successful C-GET alone: Number of Completed Suboperations (0000,1021).</summary>
    SubOperations,
}
