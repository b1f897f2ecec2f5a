namespace PacsNm.Archive;

/// <summary>Identifies an instance within a study. Some PACS use one SOP Instance UID for two objects in two series.</summary>
/// <param name="SeriesInstanceUid">Series Instance UID (0020,000E); empty if unknown.</param>
/// <param name="SopInstanceUid">SOP Instance UID (0008,0018); empty if unknown.</param>
internal readonly record struct InstanceKey(string SeriesInstanceUid, string SopInstanceUid)
{
    /// <summary>Returns the key of the instance that a line of a manifest describes.</summary>
    public static InstanceKey Of(ManifestEntry entry) => new(entry.SeriesInstanceUid ?? "", entry.SopInstanceUid ?? "");
}
