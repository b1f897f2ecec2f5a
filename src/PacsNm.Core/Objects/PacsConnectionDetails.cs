using System.ComponentModel;

namespace PacsNm;

/// <summary>A proposed presentation context and the answer of the PACS (PS3.8 9.3.2.2, 9.3.3.2).</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="SopClassUid">The SOP Class UID of the service.</param>
/// <param name="Answer">The result in the answer of the PACS.</param>
/// <param name="TransferSyntax">The transfer syntax that the PACS chose; empty if it did not accept the context.</param>
/// <param name="ScpRole">
/// Whether the PACS accepts us as SCP, which C-GET requires for storage (PS3.7 D.3.3.4); null if the role was not proposed.
/// </param>
public sealed record PacsContextAnswer(string Service, string SopClassUid, string Answer, string TransferSyntax, bool? ScpRole)
{
    /// <summary>Returns the service and the answer.</summary>
    public override string ToString() => $"{Service}: {Answer}";
}

/// <summary>The capabilities of a PACS, as a few small queries show them. A value is null if the queries did not show it.</summary>
public sealed record PacsConnectionDetails
{
    /// <summary>The proposed presentation contexts with the answers.</summary>
    public ValueList<PacsContextAnswer> PresentationContexts { get; init; } = [];

    /// <summary>Whether a query for a modality returns only studies with that modality.</summary>
    public bool? HonorsModalitiesInStudy { get; init; }

    /// <summary>Whether the PACS returns Modalities in Study (0008,0061).</summary>
    public bool? ReturnsModalitiesInStudy { get; init; }

    /// <summary>Whether the PACS refuses a query without StudyDate.</summary>
    public bool? NeedsStudyDate { get; init; }

    /// <summary>Whether the PACS answers queries for instances, which prove that a retrieval is complete.</summary>
    public bool? AnswersImageLevel { get; init; }

    /// <summary>The most matches that the PACS sends; null if no answer was truncated.</summary>
    public int? MaximumMatches { get; init; }

    /// <summary>
    /// Whether this computer acknowledges received data immediately. Without it, each object from a PACS that uses Nagle's algorithm takes
    /// about 40 ms longer.
    /// </summary>
    public bool QuickAcknowledgement { get; init; }

    /// <summary>The former name of MaximumMatches, for existing scripts.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int? AnswerCap => MaximumMatches;
}
