using System.Collections;

namespace PacsNm;

/// <summary>
/// The keys of a query: a hashtable of keywords of PS3.6, or tags, with the values to match. PowerShell completes the properties of this
/// class within @{ }. They are the usual keys; any other key is valid too.
/// </summary>
public sealed class PacsFilter : Hashtable
{
    /// <summary>Creates an empty filter.</summary>
    public PacsFilter()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>Creates a filter from a hashtable.</summary>
    public PacsFilter(IDictionary keys)
        : base(keys, StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>Accession Number (0008,0050).</summary>
    public object? AccessionNumber { get => this[nameof(AccessionNumber)]; set => this[nameof(AccessionNumber)] = value; }

    /// <summary>Body Part Examined (0018,0015).</summary>
    public object? BodyPartExamined { get => this[nameof(BodyPartExamined)]; set => this[nameof(BodyPartExamined)] = value; }

    /// <summary>Institution Name (0008,0080).</summary>
    public object? InstitutionName { get => this[nameof(InstitutionName)]; set => this[nameof(InstitutionName)] = value; }

    /// <summary>Modality (0008,0060).</summary>
    public object? Modality { get => this[nameof(Modality)]; set => this[nameof(Modality)] = value; }

    /// <summary>Modalities in Study (0008,0061).</summary>
    public object? ModalitiesInStudy { get => this[nameof(ModalitiesInStudy)]; set => this[nameof(ModalitiesInStudy)] = value; }

    /// <summary>Patient's Birth Date (0010,0030).</summary>
    public object? PatientBirthDate { get => this[nameof(PatientBirthDate)]; set => this[nameof(PatientBirthDate)] = value; }

    /// <summary>Patient Comments (0010,4000).</summary>
    public object? PatientComments { get => this[nameof(PatientComments)]; set => this[nameof(PatientComments)] = value; }

    /// <summary>Patient ID (0010,0020).</summary>
    public object? PatientID { get => this[nameof(PatientID)]; set => this[nameof(PatientID)] = value; }

    /// <summary>Patient's Name (0010,0010).</summary>
    public object? PatientName { get => this[nameof(PatientName)]; set => this[nameof(PatientName)] = value; }

    /// <summary>Patient's Sex (0010,0040).</summary>
    public object? PatientSex { get => this[nameof(PatientSex)]; set => this[nameof(PatientSex)] = value; }

    /// <summary>Performing Physician's Name (0008,1050).</summary>
    public object? PerformingPhysicianName
    {
        get => this[nameof(PerformingPhysicianName)];
        set => this[nameof(PerformingPhysicianName)] = value;
    }

    /// <summary>Referring Physician's Name (0008,0090).</summary>
    public object? ReferringPhysicianName
    {
        get => this[nameof(ReferringPhysicianName)];
        set => this[nameof(ReferringPhysicianName)] = value;
    }

    /// <summary>Series Description (0008,103E).</summary>
    public object? SeriesDescription { get => this[nameof(SeriesDescription)]; set => this[nameof(SeriesDescription)] = value; }

    /// <summary>Station Name (0008,1010).</summary>
    public object? StationName { get => this[nameof(StationName)]; set => this[nameof(StationName)] = value; }

    /// <summary>Study Date (0008,0020).</summary>
    public object? StudyDate { get => this[nameof(StudyDate)]; set => this[nameof(StudyDate)] = value; }

    /// <summary>Study Description (0008,1030).</summary>
    public object? StudyDescription { get => this[nameof(StudyDescription)]; set => this[nameof(StudyDescription)] = value; }

    /// <summary>Study ID (0020,0010).</summary>
    public object? StudyID { get => this[nameof(StudyID)]; set => this[nameof(StudyID)] = value; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public object? StudyInstanceUID { get => this[nameof(StudyInstanceUID)]; set => this[nameof(StudyInstanceUID)] = value; }

    /// <summary>Study Time (0008,0030).</summary>
    public object? StudyTime { get => this[nameof(StudyTime)]; set => this[nameof(StudyTime)] = value; }
}
