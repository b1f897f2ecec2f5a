namespace PacsNm;

/// <summary>How one request of a retrieval ended.</summary>
public enum RetrieveEnd
{
    /// <summary>The PACS reported success.</summary>
    Success,

    /// <summary>The PACS reported success, but counted failed sub-operations.</summary>
    SuccessWithFailures,

    /// <summary>The PACS reported another final status.</summary>
    Status,

    /// <summary>The association ended before the PACS reported a final status.</summary>
    AssociationEnded,

    /// <summary>The association could not be opened, or it failed.</summary>
    NetworkFailure,

    /// <summary>The external retriever, getscu or movescu, reported an error.</summary>
    ProgramFailure,

    /// <summary>The retriever had nothing left to ask for with this method. No request was sent.</summary>
    NothingToAskFor,

    /// <summary>PacsNm ended the request: because of a stop, a limit, or a full disk.</summary>
    Ended,
}
