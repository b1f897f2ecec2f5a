namespace PacsNm.Retrieval;

/// <summary>
/// Counts the studies that nothing limits. A study is limited if a UID named it or the search that found it had a limit. Series and
/// instances count as their study.
/// </summary>
internal sealed class UnlimitedStudies
{
    /// <summary>The number of studies after which the call warns.</summary>
    private const int Most = 20;

    private readonly HashSet<string> _uids = [];

    /// <summary>Counts a study.</summary>
    /// <returns>The warning that the call has no limit, once; otherwise null.</returns>
    public string? Add(StudyToSave study)
    {
        if (study.IsLimited || _uids.Count > Most || !_uids.Add(study.StudyInstanceUid) || _uids.Count <= Most)
            return null;
        return $"More than {Most} studies of {study.Server} are being retrieved, and this call has no limit. "
            + "On a PACS in clinical use, set one: -MaxStudies of Find-PacsStudy or Save-PacsStudy, or -MaxImages.";
    }
}
