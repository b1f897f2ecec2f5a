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

    /// <summary>Every instance was on disk before, so that nothing was asked for.</summary>
    Skipped,
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

    /// <summary>
    /// The count alone, from the response that ended the C-GET in success: Number of Completed Suboperations (0000,1021).
    /// </summary>
    SubOperations,
}
