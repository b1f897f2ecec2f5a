using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>
/// A match of a query: a study, a series or an instance. Values are decoded when a property is read. A value that the PACS did not return
/// is empty or null.
/// </summary>
public abstract class PacsMatch
{
    private protected PacsMatch(Dataset dataset, PacsServer server)
    {
        Dataset = dataset;
        Server = server;
    }

    /// <summary>The PACS that returned the match. Save cmdlets retrieve from it.</summary>
    public PacsServer Server { get; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string StudyInstanceUid => Text(Tags.StudyInstanceUID);

    /// <summary>Instance Availability (0008,0056).</summary>
    public InstanceAvailability InstanceAvailability =>
        Enum.TryParse<InstanceAvailability>(Text(Tags.InstanceAvailability), ignoreCase: true, out var value)
            ? value
            : InstanceAvailability.Unknown;

    /// <summary>Retrieve AE Title (0008,0054): the AE title that the object can be retrieved from.</summary>
    public ValueList<string> RetrieveAETitle => new(Dataset.GetStrings(Tags.RetrieveAETitle));

    /// <summary>
    /// Patient ID (0010,0020), which queries below the study need in the Patient Root model (PS3.4 C.4.1.2.1); null in the Study Root
    /// model.
    /// </summary>
    internal string? UniqueKeyOfPatient =>
        Server.InformationModel == Dicom.Services.InformationModel.PatientRoot ? Dataset.GetString(Tags.PatientID) : null;

    /// <summary>Whether the search that found it or its study had a limit. A Save cmdlet needs no limit for it then.</summary>
    internal bool IsLimited { get; init; }

    /// <summary>Everything that the PACS returned.</summary>
    internal Dataset Dataset { get; }

    /// <summary>
    /// Returns the raw text of any element that the PACS returned: decoded, with all values and control characters; null if it was not
    /// returned. Properties contain no control characters, because those could control a terminal.
    /// </summary>
    /// <param name="keywordOrTag">A keyword of PS3.6, or a tag such as 00100020.</param>
    /// <exception cref="ArgumentException">The text is not a keyword or a tag.</exception>
    public string? this[string keywordOrTag] =>
        Tag.TryParse(keywordOrTag, out var tag)
            ? Dataset.GetRawText(tag)
            : throw new ArgumentException($"PS3.6 has no attribute '{keywordOrTag}'.", nameof(keywordOrTag));

    /// <summary>The tags that have properties.</summary>
    internal abstract IReadOnlyCollection<Tag> OwnTags { get; }

    /// <summary>Returns a text value; empty if the PACS did not return it.</summary>
    private protected string Text(Tag tag) => Dataset.GetString(tag) ?? "";
}
