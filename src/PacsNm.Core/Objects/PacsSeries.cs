using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>A series on a PACS (PS3.4 C.6.1.1.4).</summary>
public sealed class PacsSeries : PacsMatch
{
    private static readonly HashSet<Tag> Own =
    [
        Tags.SpecificCharacterSet, Tags.QueryRetrieveLevel, Tags.RetrieveAETitle, Tags.InstanceAvailability,
        Tags.PatientID, Tags.StudyInstanceUID, Tags.SeriesInstanceUID, Tags.SeriesNumber, Tags.SeriesDate, Tags.SeriesTime,
        Tags.Modality, Tags.SeriesDescription, Tags.BodyPartExamined, Tags.NumberOfSeriesRelatedInstances,
    ];

    internal PacsSeries(Dataset dataset, PacsServer server)
        : base(dataset, server)
    {
    }

    /// <summary>The attributes that a SERIES query asks for, beside those that name the study.</summary>
    internal static IReadOnlyList<Tag> ReturnKeys { get; } =
    [
        Tags.InstanceAvailability, Tags.Modality, Tags.SeriesDate, Tags.SeriesTime, Tags.SeriesDescription,
        Tags.BodyPartExamined, Tags.SeriesInstanceUID, Tags.SeriesNumber, Tags.NumberOfSeriesRelatedInstances,
    ];

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string SeriesInstanceUid => Text(Tags.SeriesInstanceUID);

    /// <summary>Series Number (0020,0011).</summary>
    public int? SeriesNumber => Dataset.GetInt32(Tags.SeriesNumber);

    /// <summary>Series Date and Series Time (0008,0021), (0008,0031); null if there is no valid date.</summary>
    public DateTime? SeriesDate => Dataset.GetDateTime(Tags.SeriesDate, Tags.SeriesTime);

    /// <summary>Modality (0008,0060).</summary>
    public string Modality => Text(Tags.Modality);

    /// <summary>Series Description (0008,103E).</summary>
    public string SeriesDescription => Text(Tags.SeriesDescription);

    /// <summary>Body Part Examined (0018,0015).</summary>
    public string BodyPartExamined => Text(Tags.BodyPartExamined);

    /// <summary>Number of Series Related Instances (0020,1209).</summary>
    public int? NumberOfSeriesRelatedInstances => Dataset.GetInt32(Tags.NumberOfSeriesRelatedInstances);

    internal override IReadOnlyCollection<Tag> OwnTags => Own;

    /// <summary>Returns the Series Instance UID.</summary>
    public override string ToString() => SeriesInstanceUid;
}
