using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>A study that the simulator has.</summary>
/// <param name="Attributes">Attributes of the patient and the study.</param>
/// <param name="Series">Its series.</param>
internal sealed record SimulatedStudy(Dataset Attributes, IReadOnlyList<SimulatedSeries> Series)
{
    /// <summary>Study Instance UID (0020,000D).</summary>
    public string Uid => Attributes.GetString(Tags.StudyInstanceUID) ?? "";
}

/// <summary>A series that the simulator has.</summary>
/// <param name="Attributes">Attributes of the series.</param>
/// <param name="Instances">Its instances.</param>
internal sealed record SimulatedSeries(Dataset Attributes, IReadOnlyList<SimulatedInstance> Instances)
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    public string Uid => Attributes.GetString(Tags.SeriesInstanceUID) ?? "";
}

/// <summary>An instance that the simulator has. What is large in it is made when it is asked for.</summary>
/// <param name="Attributes">Attributes of the instance, its SOP Class and SOP Instance UID among them.</param>
/// <param name="Content">Makes the elements that are not in <paramref name="Attributes"/>, such as the pixels.</param>
internal sealed record SimulatedInstance(Dataset Attributes, Func<IEnumerable<Element>> Content)
{
    /// <summary>SOP Instance UID (0008,0018).</summary>
    public string Uid => Attributes.GetString(Tags.SOPInstanceUID) ?? "";

    /// <summary>SOP Class UID (0008,0016).</summary>
    public string SopClassUid => Attributes.GetString(Tags.SOPClassUID) ?? "";
}
