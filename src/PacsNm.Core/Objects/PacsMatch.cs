using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>What a PACS answered to a query: a study, a series or an instance. Values are decoded when asked for.</summary>
public abstract class PacsMatch
{
    private protected PacsMatch(Dataset dataset, PacsServer server)
    {
        Dataset = dataset;
        Server = server;
    }

    /// <summary>Where it was found, and is to be had.</summary>
    public PacsServer Server { get; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string StudyInstanceUid => Text(Tags.StudyInstanceUID);

    /// <summary>Instance Availability (0008,0056).</summary>
    public InstanceAvailability InstanceAvailability =>
        Enum.TryParse<InstanceAvailability>(Text(Tags.InstanceAvailability), ignoreCase: true, out var value)
            ? value
            : InstanceAvailability.Unknown;

    /// <summary>Retrieve AE Title (0008,0054): who has it.</summary>
    public ValueList<string> RetrieveAETitle => new(Dataset.GetStrings(Tags.RetrieveAETitle));

    /// <summary>
    /// The Patient ID (0010,0020) that a query below must name in the Patient Root model (PS3.4 C.4.1.2.1); null in the
    /// other.
    /// </summary>
    internal string? UniqueKeyOfPatient =>
        Server.InformationModel == Dicom.Services.InformationModel.PatientRoot ? Dataset.GetString(Tags.PatientID) : null;

    /// <summary>Whether the search that found it, or its study, had a limit: what comes of it needs none.</summary>
    internal bool IsLimited { get; init; }

    /// <summary>All that the PACS returned.</summary>
    internal Dataset Dataset { get; }

    /// <summary>
    /// The raw text of any element that the PACS returned, decoded and otherwise as it came, with all values and control
    /// characters; null where it returned none. Properties have no control characters: those of a PACS could steer a terminal.
    /// </summary>
    /// <param name="keywordOrTag">A keyword of PS3.6, or a tag such as 00100020.</param>
    /// <exception cref="ArgumentException">No such keyword.</exception>
    public string? this[string keywordOrTag] =>
        Tag.TryParse(keywordOrTag, out var tag)
            ? Dataset.GetRawText(tag)
            : throw new ArgumentException($"PS3.6 has no attribute '{keywordOrTag}'.", nameof(keywordOrTag));

    /// <summary>The tags that have a property of their own.</summary>
    internal abstract IReadOnlyCollection<Tag> OwnTags { get; }

    /// <summary>A text value; empty where the PACS returned none.</summary>
    private protected string Text(Tag tag) => Dataset.GetString(tag) ?? "";
}
