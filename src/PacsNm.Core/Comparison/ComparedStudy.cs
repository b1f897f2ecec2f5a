using PacsNm.Dicom.Data;

namespace PacsNm.Comparison;

/// <summary>A study on one side of a comparison.</summary>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Instances">The number of its instances; null if the side does not know it.</param>
internal sealed record ComparedStudy(Dataset Attributes, int? Instances)
{
    /// <summary>The attributes that are compared.</summary>
    public static readonly IReadOnlyList<Tag> Tags =
    [
        Dicom.Data.Tags.StudyDate, Dicom.Data.Tags.StudyTime, Dicom.Data.Tags.AccessionNumber, Dicom.Data.Tags.StudyDescription,
        Dicom.Data.Tags.StudyID, Dicom.Data.Tags.PatientName, Dicom.Data.Tags.PatientID, Dicom.Data.Tags.PatientBirthDate,
        Dicom.Data.Tags.PatientSex,
    ];

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string Uid => Attributes.GetString(Dicom.Data.Tags.StudyInstanceUID) ?? "";

    /// <summary>Study Date (0008,0020); null if there is no valid date.</summary>
    public DateTime? Day => Attributes.GetDate(Dicom.Data.Tags.StudyDate);
}
