using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>One query of an input. Keys that cannot be a list in a query have a single value here.</summary>
/// <param name="Keys">The keys that all queries of the input share.</param>
/// <param name="AccessionNumber">Accession Number (0008,0050); null for any.</param>
/// <param name="PatientId">Patient ID (0010,0020); null for any.</param>
internal sealed record StudyQuery(StudyKeys Keys, string? AccessionNumber, string? PatientId)
{
    private static readonly Tag[] ReturnKeys =
    [
        Tags.StudyDate, Tags.StudyTime, Tags.AccessionNumber, Tags.InstanceAvailability, Tags.ModalitiesInStudy,
        Tags.ReferringPhysicianName, Tags.StudyDescription, Tags.PatientName, Tags.PatientID, Tags.PatientBirthDate,
        Tags.PatientSex, Tags.StudyInstanceUID, Tags.StudyID, Tags.NumberOfStudyRelatedSeries,
        Tags.NumberOfStudyRelatedInstances,
    ];

    /// <summary>
    /// Whether the query identifies a study or a patient completely, so that its answer is small for any days. An accession number may have
    /// wildcards.
    /// </summary>
    public bool IsNamed =>
        Keys.Uids.Length > 0 || AccessionNumber is not null || (PatientId is not null && !StudyKeys.HasWildcards(PatientId));

    /// <summary>
    /// The values that each identify one study, as text without a patient's data. A value that finds nothing is an error, as a name is for
    /// Get-Process. A search that finds nothing is not.
    /// </summary>
    public IReadOnlyList<(string Value, string Text)> Names =>
        Keys.Uids.Length > 0 ? [.. Keys.Uids.Select(uid => (uid, $"with the StudyInstanceUid {uid}"))]
        : AccessionNumber is { } number && !StudyKeys.HasWildcards(number) ? [(number, $"with the accession number {number}")]
        : [];

    /// <summary>Makes the identifier, without a range of dates.</summary>
    /// <param name="more">The keys and attributes that the caller added. The input's own keys replace them.</param>
    public Identifier ToIdentifier(FurtherKeys more) => more.Start("STUDY", ReturnKeys)
        .Match(Tags.PatientID, PatientId)
        .Match(Tags.PatientName, Keys.PatientName)
        .Match(Tags.AccessionNumber, AccessionNumber)
        .Match(Tags.StudyDescription, Keys.StudyDescription)
        .MatchUids(Tags.StudyInstanceUID, Keys.Uids)
        .Match(Tags.ModalitiesInStudy, Keys.Modalities is [var only] ? only.ToUpperInvariant() : null);
}
