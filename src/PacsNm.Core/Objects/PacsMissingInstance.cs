namespace PacsNm;

/// <summary>An instance that a PACS lists and that is not in the archive.</summary>
/// <param name="SeriesInstanceUid">Series Instance UID (0020,000E).</param>
/// <param name="SopInstanceUid">SOP Instance UID (0008,0018).</param>
/// <param name="SopClassUid">SOP Class UID (0008,0016); null if the PACS does not return it.</param>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Reason">The reason in words.</param>
public sealed record PacsMissingInstance(
    string SeriesInstanceUid,
    string SopInstanceUid,
    string? SopClassUid,
    MissingReason Kind,
    string Reason)
{
    /// <summary>Returns the SOP Instance UID and the reason.</summary>
    public override string ToString() => $"{SopInstanceUid}: {Reason}";
}
