namespace PacsNm;

/// <summary>One run of a retriever for a study.</summary>
public sealed record PacsRetrieveAttempt
{
    /// <summary>The retriever.</summary>
    public Retriever Retriever { get; init; }

    /// <summary>Query/Retrieve Level (0008,0052) of the request: STUDY, SERIES or IMAGE.</summary>
    public string Level { get; init; } = "";

    /// <summary>The number of SOP Instance UIDs in the request; null if the request was for a whole study or series.</summary>
    public int? Requested { get; init; }

    /// <summary>
    /// The compressed transfer syntax that alone was proposed, as the retriever names it; empty if the usual ones were proposed.
    /// </summary>
    public string TransferSyntax { get; init; } = "";

    /// <summary>The number of instances that the run added to the archive.</summary>
    public int Received { get; init; }

    /// <summary>How the run ended.</summary>
    public RetrieveEnd End { get; init; }

    /// <summary>The final status (0000,0900), such as 0xA702; empty if none was seen.</summary>
    public string Status { get; init; } = "";

    /// <summary>Error Comment (0000,0902) of the final response; null if there was none. It may name a patient.</summary>
    public string? ErrorComment { get; init; }

    /// <summary>The tags in Offending Element (0000,0901) of the final response.</summary>
    public ValueList<string> OffendingElement { get; init; } = [];

    /// <summary>Why the run may have brought fewer instances than requested; empty if the PACS reported success.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Returns the retriever, the level and how the run ended, without text of the PACS that may name a patient.</summary>
    public override string ToString() => $"{Retriever} {Level}: {(Reason.Length == 0 ? "success" : Reason)}";
}
