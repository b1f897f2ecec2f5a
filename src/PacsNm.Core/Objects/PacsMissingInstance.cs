namespace PacsNm;

/// <summary>An instance that a PACS says it has, and that is not in the archive.</summary>
/// <param name="SeriesInstanceUid">Series Instance UID (0020,000E).</param>
/// <param name="SopInstanceUid">SOP Instance UID (0008,0018).</param>
/// <param name="SopClassUid">SOP Class UID (0008,0016); null where the PACS does not say.</param>
/// <param name="Reason">Why it is not there.</param>
public sealed record PacsMissingInstance(string SeriesInstanceUid, string SopInstanceUid, string? SopClassUid, string Reason)
{
    /// <summary>Its UID and the reason.</summary>
    public override string ToString() => $"{SopInstanceUid}: {Reason}";
}
