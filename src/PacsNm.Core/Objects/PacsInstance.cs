using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>An instance on a PACS (PS3.4 C.6.1.1.5).</summary>
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

    /// <summary>The name of the SOP class; its UID if PS3.4 does not define it.</summary>
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

    /// <summary>Returns the SOP Instance UID.</summary>
    public override string ToString() => SopInstanceUid;
}
