using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>One query of an input: what may not be a list in a query is a single value here.</summary>
/// <param name="Keys">What the queries of the input have in common.</param>
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
    /// Whether it asks for a study or a patient by a whole identifier: the answer is small, whatever the days. An accession
    /// number may have wildcards.
    /// </summary>
    public bool IsNamed =>
        Keys.Uids.Length > 0 || AccessionNumber is not null || (PatientId is not null && !StudyKeys.HasWildcards(PatientId));

    /// <summary>
    /// The values that each name one study, as text without a patient's data. One that finds nothing is an error, as a name
    /// is for Get-Process; a search that finds nothing is an answer.
    /// </summary>
    public IReadOnlyList<(string Value, string Text)> Names =>
        Keys.Uids.Length > 0 ? [.. Keys.Uids.Select(uid => (uid, $"with the StudyInstanceUid {uid}"))]
        : AccessionNumber is { } number && !StudyKeys.HasWildcards(number) ? [(number, $"with the accession number {number}")]
        : [];

    /// <summary>The keys to match and to return, without a range of dates.</summary>
    /// <param name="more">The keys that the caller named by their attributes. The input's own keys replace them.</param>
    public Identifier ToIdentifier(FurtherKeys more) => more.Start("STUDY", ReturnKeys)
        .Match(Tags.PatientID, PatientId)
        .Match(Tags.PatientName, Keys.PatientName)
        .Match(Tags.AccessionNumber, AccessionNumber)
        .Match(Tags.StudyDescription, Keys.StudyDescription)
        .MatchUids(Tags.StudyInstanceUID, Keys.Uids)
        .Match(Tags.ModalitiesInStudy, Keys.Modalities is [var only] ? only.ToUpperInvariant() : null);
}
