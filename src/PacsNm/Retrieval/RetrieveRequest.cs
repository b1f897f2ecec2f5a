namespace PacsNm.Retrieval;

/// <summary>What one C-GET asks for (PS3.4 C.4.3.1.3): a study, or instances of one of its series.</summary>
/// <param name="PatientId">The Patient ID, where the Patient Root model needs it.</param>
/// <param name="StudyInstanceUid">The study.</param>
/// <param name="SeriesInstanceUid">The series; null for the whole study.</param>
/// <param name="SopInstanceUids">Instances of the series; null for all.</param>
internal sealed record RetrieveRequest(
    string? PatientId,
    string StudyInstanceUid,
    string? SeriesInstanceUid = null,
    IReadOnlyList<string>? SopInstanceUids = null)
{
    /// <summary>The Query/Retrieve Level (0008,0052).</summary>
    public string Level => SopInstanceUids is not null ? "IMAGE" : SeriesInstanceUid is not null ? "SERIES" : "STUDY";
}
