using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>A composite SOP instance that a PACS has (PS3.4 C.6.1.1.5).</summary>
public sealed class PacsInstance : PacsMatch
{
    private static readonly HashSet<Tag> Own =
    [
        Tags.SpecificCharacterSet, Tags.QueryRetrieveLevel, Tags.RetrieveAETitle, Tags.InstanceAvailability,
        Tags.PatientID, Tags.StudyInstanceUID, Tags.SeriesInstanceUID, Tags.SOPInstanceUID, Tags.SOPClassUID, Tags.InstanceNumber,
        Tags.NumberOfFrames, Tags.Rows, Tags.Columns,
    ];

    internal PacsInstance(Dataset dataset, PacsServer server)
        : base(dataset, server)
    {
    }

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string SeriesInstanceUid => Text(Tags.SeriesInstanceUID);

    /// <summary>SOP Instance UID (0008,0018).</summary>
    public string SopInstanceUid => Text(Tags.SOPInstanceUID);

    /// <summary>SOP Class UID (0008,0016).</summary>
    public string SopClassUid => Text(Tags.SOPClassUID);

    /// <summary>The name of the SOP class; its UID where PS3.4 has no such class.</summary>
    public string SopClassName => SopClasses.NameOf(SopClassUid);

    /// <summary>Instance Number (0020,0013).</summary>
    public int? InstanceNumber => Dataset.GetInt32(Tags.InstanceNumber);

    /// <summary>Number of Frames (0028,0008).</summary>
    public int? NumberOfFrames => Dataset.GetInt32(Tags.NumberOfFrames);

    /// <summary>Rows (0028,0010).</summary>
    public int? Rows => Dataset.GetInt32(Tags.Rows);

    /// <summary>Columns (0028,0011).</summary>
    public int? Columns => Dataset.GetInt32(Tags.Columns);

    internal override IReadOnlyCollection<Tag> OwnTags => Own;

    /// <summary>The instance's UID.</summary>
    public override string ToString() => SopInstanceUid;
}
