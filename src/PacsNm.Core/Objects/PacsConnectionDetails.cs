using System.ComponentModel;

namespace PacsNm;

/// <summary>A presentation context as it was offered and answered (PS3.8 9.3.2.2, 9.3.3.2).</summary>
/// <param name="Service">The SOP class by name.</param>
/// <param name="SopClassUid">Its UID.</param>
/// <param name="Answer">What the PACS said.</param>
/// <param name="TransferSyntax">The transfer syntax that it chose; empty unless accepted.</param>
/// <param name="ScpRole">Whether it lets us be SCP, as C-GET needs for storage (PS3.7 D.3.3.4); null where not asked.</param>
public sealed record PacsContextAnswer(string Service, string SopClassUid, string Answer, string TransferSyntax, bool? ScpRole)
{
    /// <summary>The service and the answer.</summary>
    public override string ToString() => $"{Service}: {Answer}";
}

/// <summary>What a PACS does, as far as a few small queries show. What they did not show is null.</summary>
public sealed record PacsConnectionDetails
{
    /// <summary>What was offered, and the answers.</summary>
    public ValueList<PacsContextAnswer> PresentationContexts { get; init; } = [];

    /// <summary>Whether a query for a modality gives studies of that modality alone.</summary>
    public bool? HonorsModalitiesInStudy { get; init; }

    /// <summary>Whether studies come with their modalities.</summary>
    public bool? ReturnsModalitiesInStudy { get; init; }

    /// <summary>Whether a query without a StudyDate is refused.</summary>
    public bool? NeedsStudyDate { get; init; }

    /// <summary>Whether instances can be queried, by which a retrieval is proved complete.</summary>
    public bool? AnswersImageLevel { get; init; }

    /// <summary>How many matches it sends at most, if an answer was cut short.</summary>
    public int? MaximumMatches { get; init; }

    /// <summary>The former name of MaximumMatches, for scripts that have it.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int? AnswerCap => MaximumMatches;
}
