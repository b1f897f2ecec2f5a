using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>What a search has to say, in the order in which it happens.</summary>
internal abstract record SearchEvent;

/// <summary>A study that matches.</summary>
internal sealed record StudyFound(PacsStudy Study) : SearchEvent;

/// <summary>A query is sent.</summary>
/// <param name="Keys">Its identifier. Values may be a patient's.</param>
internal sealed record QueryStarted(Dataset Keys) : SearchEvent;

/// <summary>A query was answered, or was stopped.</summary>
/// <param name="End">How.</param>
/// <param name="OptionalKeysUnsupported">Whether the PACS does not support all keys (status 0xFF01).</param>
internal sealed record QueryEnded(QueryEnd End, bool OptionalKeysUnsupported) : SearchEvent;

/// <summary>A part is asked for in halves.</summary>
/// <param name="Part">The part.</param>
/// <param name="Count">Matches that the PACS sent for it.</param>
internal sealed record PartDivided(QuerySlice Part, int Count) : SearchEvent;

/// <summary>The PACS ignores the key Modalities in Study (0008,0061). Told once for each PACS.</summary>
internal sealed record ModalityKeyIgnored : SearchEvent;

/// <summary>What was asked for by name, or by a row, and is not there.</summary>
/// <param name="Value">The name; null where a row found nothing.</param>
/// <param name="What">The same as text without a patient's data.</param>
/// <param name="IsRecentOnly">Whether only the last 30 days were searched, for want of others.</param>
internal sealed record MissingStudy(string? Value, string What, bool IsRecentOnly);
