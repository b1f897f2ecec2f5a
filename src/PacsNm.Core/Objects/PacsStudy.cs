using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>A study on a PACS (PS3.4 C.6.2.1.2).</summary>
public sealed class PacsStudy : PacsMatch
{
    private static readonly HashSet<Tag> Own =
    [
        Tags.SpecificCharacterSet, Tags.QueryRetrieveLevel, Tags.RetrieveAETitle, Tags.InstanceAvailability,
        Tags.StudyInstanceUID, Tags.StudyDate, Tags.StudyTime, Tags.AccessionNumber, Tags.StudyID,
        Tags.StudyDescription, Tags.ModalitiesInStudy, Tags.ReferringPhysicianName, Tags.PatientName, Tags.PatientID,
        Tags.PatientBirthDate, Tags.PatientSex, Tags.PatientAge, Tags.NumberOfStudyRelatedSeries, Tags.NumberOfStudyRelatedInstances,
    ];

    internal PacsStudy(Dataset dataset, PacsServer server)
        : base(dataset, server)
    {
    }

    /// <summary>Study Date and Study Time (0008,0020), (0008,0030); null if there is no valid date.</summary>
    public DateTime? StudyDate => Dataset.GetDateTime(Tags.StudyDate, Tags.StudyTime);

    /// <summary>Patient's Name (0010,0010), alphabetic component group.</summary>
    public string PatientName => Dataset.GetPersonName(Tags.PatientName)?.ToString() ?? "";

    /// <summary>Patient ID (0010,0020).</summary>
    public string PatientId => Text(Tags.PatientID);

    /// <summary>Patient's Birth Date (0010,0030); null if there is no valid date.</summary>
    public DateTime? PatientBirthDate => Dataset.GetDate(Tags.PatientBirthDate);

    /// <summary>Patient's Sex (0010,0040).</summary>
    public string PatientSex => Text(Tags.PatientSex);

    /// <summary>
    /// The patient's age in whole years at the study: Patient's Age (0010,1010) if the PACS returns it, otherwise computed from the birth
    /// date; null if unknown.
    /// </summary>
    public int? PatientAge => Dataset.GetAge(Tags.PatientAge) ?? AgeAt(StudyDate);

    /// <summary>Modalities in Study (0008,0061); empty if the PACS does not return them.</summary>
    public ValueList<string> ModalitiesInStudy => new(Dataset.GetStrings(Tags.ModalitiesInStudy));

    /// <summary>Study Description (0008,1030).</summary>
    public string StudyDescription => Text(Tags.StudyDescription);

    /// <summary>Accession Number (0008,0050).</summary>
    public string AccessionNumber => Text(Tags.AccessionNumber);

    /// <summary>Study ID (0020,0010).</summary>
    public string StudyId => Text(Tags.StudyID);

    /// <summary>Referring Physician's Name (0008,0090).</summary>
    public string ReferringPhysicianName => Dataset.GetPersonName(Tags.ReferringPhysicianName)?.ToString() ?? "";

    /// <summary>Number of Study Related Series (0020,1206); null if the PACS does not return it.</summary>
    public int? NumberOfStudyRelatedSeries => Dataset.GetInt32(Tags.NumberOfStudyRelatedSeries);

    /// <summary>Number of Study Related Instances (0020,1208); null if the PACS does not return it.</summary>
    public int? NumberOfStudyRelatedInstances => Dataset.GetInt32(Tags.NumberOfStudyRelatedInstances);

    internal override IReadOnlyCollection<Tag> OwnTags => Own;

    private int? AgeAt(DateTime? day)
    {
        if (PatientBirthDate is not { } birth || day < birth)
            return null;
        var years = day?.Year - birth.Year;
        return birth.AddYears(years ?? 0) > day?.Date ? years - 1 : years;
    }

    /// <summary>Returns the Study Instance UID.</summary>
    public override string ToString() => StudyInstanceUid;
}
