namespace PacsNm;

/// <summary>How a study on a server differs from the archive or reference server that it is compared with.</summary>
public enum DifferenceState
{
    /// <summary>Both have the study, and no difference was found.</summary>
    Same,

    /// <summary>The server has the study, and the archive or reference server does not.</summary>
    MissingHere,

    /// <summary>The archive or reference server has the study, and the server does not.</summary>
    MissingThere,

    /// <summary>The server has instances of the study that the archive or reference server does not have.</summary>
    Grew,

    /// <summary>The server lacks instances of the study that the archive or reference server has.</summary>
    Shrunk,

    /// <summary>Attributes differ, or each side has instances that the other does not have.</summary>
    Changed,
}

/// <summary>A study that was compared by Compare-PacsArchive. "Here" is the archive or the reference server, "there" is the server.</summary>
public sealed record PacsStudyDifference
{
    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Study Date (0008,0020), there if the study is there.</summary>
    public DateTime? StudyDate { get; init; }

    /// <summary>Accession Number (0008,0050), there if the study is there.</summary>
    public string AccessionNumber { get; init; } = "";

    /// <summary>The difference. If there are several, the number of instances comes before attributes.</summary>
    public DifferenceState State { get; init; }

    /// <summary>The number of instances here; null if it is unknown or the study is missing.</summary>
    public int? InstancesHere { get; init; }

    /// <summary>The number of instances there; null if it is unknown or the study is missing.</summary>
    public int? InstancesThere { get; init; }

    /// <summary>The attributes that differ, by the keywords of PS3.6.</summary>
    public ValueList<string> Changed { get; init; } = [];

    /// <summary>The values of these attributes on both sides. They can be a patient's.</summary>
    public ValueList<PacsAttributeDifference> Attributes { get; init; } = [];

    /// <summary>With -Level Series or Instance: the UIDs of what is there and not here.</summary>
    public ValueList<string> MissingHere { get; init; } = [];

    /// <summary>With -Level Series or Instance: the UIDs of what is here and not there.</summary>
    public ValueList<string> MissingThere { get; init; } = [];

    /// <summary>The server that has the study, so that a Save cmdlet can retrieve it.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Returns the Study Instance UID.</summary>
    public override string ToString() => StudyInstanceUid;
}

/// <summary>The values of an attribute on both sides of a comparison.</summary>
/// <param name="Keyword">The keyword of PS3.6.</param>
/// <param name="Here">The value in the archive or on the reference server.</param>
/// <param name="There">The value on the server.</param>
public sealed record PacsAttributeDifference(string Keyword, string Here, string There)
{
    /// <summary>Returns the keyword. The values can be a patient's.</summary>
    public override string ToString() => Keyword;
}

/// <summary>How deep studies are compared.</summary>
public enum ComparisonLevel
{
    /// <summary>Attributes and number of instances of each study.</summary>
    Study,

    /// <summary>Also the series of each study.</summary>
    Series,

    /// <summary>Also the instances of each study.</summary>
    Instance,
}
