using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>What happens in a search, in order.</summary>
internal abstract record SearchEvent;

/// <summary>A study was found.</summary>
internal sealed record StudyFound(PacsStudy Study) : SearchEvent;

/// <summary>A query is about to be sent.</summary>
/// <param name="Keys">The identifier. Values may be a patient's.</param>
internal sealed record QueryStarted(Dataset Keys) : SearchEvent;

/// <summary>A query was answered, or was stopped.</summary>
/// <param name="End">How the query ended.</param>
/// <param name="OptionalKeysUnsupported">Whether the PACS does not support all optional keys (status 0xFF01).</param>
internal sealed record QueryEnded(QueryEnd End, bool OptionalKeysUnsupported) : SearchEvent;

/// <summary>A part is divided into halves.</summary>
/// <param name="Part">The part.</param>
/// <param name="Count">The number of matches that the PACS sent for the part.</param>
internal sealed record PartDivided(QuerySlice Part, int Count) : SearchEvent;

/// <summary>The PACS ignores the key Modalities in Study (0008,0061). Raised once per PACS.</summary>
internal sealed record ModalityKeyIgnored : SearchEvent;

/// <summary>A study that was asked for by an identifier or by a row and was not found.</summary>
/// <param name="Value">The identifier; null for a row.</param>
/// <param name="What">The same as text without a patient's data.</param>
/// <param name="IsRecentOnly">Whether only the last 30 days were searched, because no days were given.</param>
internal sealed record MissingStudy(string? Value, string What, bool IsRecentOnly);
