using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;
using PacsNm.Queries;
using PacsNm.Retrieval;

namespace PacsNm.Jobs;

/// <summary>Which series of a study a row of a job retrieves.</summary>
/// <param name="definition">The selection of the job.</param>
/// <param name="filter">A further condition; null for none.</param>
internal sealed class SeriesSelection(JobDefinition definition, Func<PacsSeries, bool>? filter)
{
    /// <summary>The most series of a study to accept.</summary>
    private const int MaximumSeries = 10_000;

    /// <summary>Whether a row retrieves series rather than whole studies.</summary>
    public bool IsNeededFor(JobRow row) =>
        definition.SelectsSeries || row.Modalities.Count > 0 || row.SeriesDescription.Length > 0;

    /// <summary>Whether a series is selected. A series whose modality or number of instances the PACS does not return is.</summary>
    public bool Takes(PacsSeries series, JobRow row) =>
        IsIn(series.Modality, definition.Modality, otherwise: true)
            && IsIn(series.Modality, row.Modalities, otherwise: true)
            && !IsIn(series.Modality, definition.ExcludeModality, otherwise: false)
            && !(series.NumberOfSeriesRelatedInstances < definition.MinimumInstances)
            && (row.SeriesDescription.Length == 0 || IsLike(series.SeriesDescription, row.SeriesDescription))
            && filter?.Invoke(series) != false;

    /// <summary>Lists the series of a study.</summary>
    public static async Task<IReadOnlyList<PacsSeries>> ListAsync(PacsStudy study, IQueryPeer peer, CancellationToken cancellationToken)
    {
        var identifier = new FurtherKeys(new Dictionary<Tag, string>(), []).Start("SERIES", PacsSeries.ReturnKeys)
            .Match(Tags.PatientID, study.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study.StudyInstanceUid)
            .ToDataset();
        var matches = await peer.ListAsync(identifier, Tags.SeriesInstanceUID, MaximumSeries, cancellationToken).ConfigureAwait(false);
        foreach (var match in matches.Where(match => match.GetString(Tags.StudyInstanceUID) is not { Length: > 0 }))
            match.Set(Tags.StudyInstanceUID, study.StudyInstanceUid);
        return
        [
            .. matches.Select(match => new PacsSeries(match, study.Server))
                .Where(series => series.StudyInstanceUid == study.StudyInstanceUid),
        ];
    }

    /// <summary>What to retrieve of the studies of a row, and a sentence that says so if it is not everything.</summary>
    public (IReadOnlyList<StudyToSave> Items, string Selection) Select(RowMatch match, PacsServer server)
    {
        if (!IsNeededFor(match.Row))
            return ([.. match.Studies.Select(study => Item(study, server))], "");
        var studies = match.Studies.GroupBy(study => study.StudyInstanceUid).ToDictionary(same => same.Key, same => same.First());
        PacsSeries[] selected =
            [.. match.Series.Where(series => Uid.IsUsable(series.SeriesInstanceUid) && Takes(series, match.Row))];
        StudyToSave[] items =
        [
            .. selected.Select(series => Item(studies[series.StudyInstanceUid], server) with
            {
                SeriesInstanceUid = series.SeriesInstanceUid,
                Count = series.NumberOfSeriesRelatedInstances,
                Attributes = series.Dataset,
            }),
        ];
        return (items, $"{selected.Length} of {match.Series.Count} series selected.");
    }

    private static StudyToSave Item(PacsStudy study, PacsServer server) => new()
    {
        Server = server,
        StudyInstanceUid = study.StudyInstanceUid,
        UniqueKeyOfPatient = study.UniqueKeyOfPatient,
        Count = study.NumberOfStudyRelatedInstances,
        Attributes = study.Dataset,
        IsLimited = true,
        Availability = study.InstanceAvailability,
    };

    private static bool IsIn(string modality, IReadOnlyCollection<string>? modalities, bool otherwise) =>
        modalities is not { Count: > 0 } || modality.Length == 0
            ? otherwise
            : modalities.Contains(modality, StringComparer.OrdinalIgnoreCase);

    private static bool IsLike(string text, string pattern) => Regex.IsMatch(
        text.Trim(),
        "^" + Regex.Escape(pattern).Replace(@"\*", ".*").Replace(@"\?", ".") + "$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);
}

/// <summary>The script of the user that selects series failed.</summary>
internal sealed class SeriesFilterException(string problem, Exception inner)
    : Exception($"The script of -SeriesFilter failed for a series: {problem}", inner);
