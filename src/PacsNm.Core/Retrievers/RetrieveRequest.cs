using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Retrievers;

/// <summary>The Query/Retrieve Level (0008,0052) of a request to retrieve.</summary>
internal enum RetrieveLevel
{
    /// <summary>STUDY.</summary>
    Study,

    /// <summary>SERIES.</summary>
    Series,

    /// <summary>IMAGE.</summary>
    Image,
}

/// <summary>The request of one C-GET or C-MOVE (PS3.4 C.4.3.1.3): a study, a series, or instances of one series.</summary>
/// <param name="PatientId">Patient ID (0010,0020), which the Patient Root model needs; otherwise null.</param>
/// <param name="StudyInstanceUid">Study Instance UID (0020,000D).</param>
/// <param name="SeriesInstanceUid">Series Instance UID (0020,000E); null for the whole study.</param>
/// <param name="SopInstanceUids">SOP Instance UIDs (0008,0018) of the series; null for all.</param>
internal sealed record RetrieveRequest(
    string? PatientId,
    string StudyInstanceUid,
    string? SeriesInstanceUid = null,
    IReadOnlyList<string>? SopInstanceUids = null)
{
    /// <summary>Query/Retrieve Level (0008,0052).</summary>
    public string Level => SopInstanceUids is not null ? "IMAGE" : SeriesInstanceUid is not null ? "SERIES" : "STUDY";

    /// <summary>The keys of the identifier, the level first.</summary>
    public IEnumerable<(string Keyword, string Value)> Keys
    {
        get
        {
            yield return ("QueryRetrieveLevel", Level);
            if (PatientId is not null)
                yield return ("PatientID", PatientId);
            yield return ("StudyInstanceUID", StudyInstanceUid);
            if (SeriesInstanceUid is not null)
                yield return ("SeriesInstanceUID", SeriesInstanceUid);
            if (SopInstanceUids is not null)
                yield return ("SOPInstanceUID", string.Join("\\", SopInstanceUids));
        }
    }

    /// <summary>Makes the identifier that is sent.</summary>
    public Dataset ToIdentifier()
    {
        var identifier = new Dataset();
        if (Identifier.CharacterSetFor(string.Concat(Keys.Select(key => key.Value))) is { } characterSet)
            identifier.Set(Tags.SpecificCharacterSet, characterSet);
        foreach (var (keyword, value) in Keys)
        {
            if (DataDictionary.TryGetEntry(keyword, out var entry))
                identifier.Set(entry.Tag, value);
        }

        return identifier;
    }
}
