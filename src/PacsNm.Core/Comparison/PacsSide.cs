using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Comparison;

/// <summary>A PACS in a comparison. It has one association for all queries.</summary>
/// <param name="server">The PACS.</param>
internal sealed class PacsSide(PacsServer server) : IStudySide
{
    /// <summary>The most series, or instances of a series, to read.</summary>
    private const int MaximumMatches = 100_000;

    private readonly QuerySession _session = new(server);
    private readonly SearchCall _call = new(new SearchOptions { LooksUpModalities = false });

    /// <inheritdoc/>
    public async Task<DayOfStudies> OfDayAsync(DateTime day, CancellationToken cancellationToken)
    {
        var missed = _call.Shortfalls.Missed;
        var studies = await AskAsync(new StudyKeys { Dates = new DateRange(day, day) }, cancellationToken).ConfigureAwait(false);

        // A PACS that ignores the date sends others, too.
        var ofDay = studies.Where(study => study.Value.Day is not { } other || other == day)
            .ToDictionary(study => study.Key, study => study.Value);
        return new DayOfStudies(ofDay, _call.Shortfalls.Missed > missed, studies.Count - ofDay.Count);
    }

    /// <inheritdoc/>
    public async Task<ComparedStudy?> FindAsync(string studyInstanceUid, CancellationToken cancellationToken)
    {
        var found = await AskAsync(new StudyKeys { Uids = [studyInstanceUid] }, cancellationToken).ConfigureAwait(false);
        return found.TryGetValue(studyInstanceUid, out var study) ? study : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, int?>> SeriesAsync(ComparedStudy study, CancellationToken cancellationToken)
    {
        var identifier = Identifier(study, "SERIES", Tags.SeriesInstanceUID, Tags.NumberOfSeriesRelatedInstances);
        var series = new Dictionary<string, int?>();
        foreach (var match in await ListAsync(identifier, Tags.SeriesInstanceUID, cancellationToken).ConfigureAwait(false))
        {
            if (match.GetString(Tags.SeriesInstanceUID) is { } uid && Uid.IsUsable(uid))
                series[uid] = Known(match.GetInt32(Tags.NumberOfSeriesRelatedInstances));
        }

        return series;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<InstanceKey>> InstancesAsync(ComparedStudy study, CancellationToken cancellationToken)
    {
        var instances = new HashSet<InstanceKey>();
        foreach (var series in await SeriesAsync(study, cancellationToken).ConfigureAwait(false))
        {
            var identifier = Identifier(study, "IMAGE", Tags.SOPInstanceUID).Match(Tags.SeriesInstanceUID, series.Key);
            var matches = await ListAsync(identifier, Tags.SOPInstanceUID, cancellationToken).ConfigureAwait(false);
            instances.UnionWith(matches.Select(match => match.GetString(Tags.SOPInstanceUID)).OfType<string>().Where(Uid.IsUsable)
                .Select(uid => new InstanceKey(series.Key, uid)));
            if (matches.Count < series.Value)
                throw new IncompleteListException(matches.Count, series.Value.Value);
        }

        return instances.Count < study.Instances
            ? throw new IncompleteListException(instances.Count, study.Instances.Value)
            : instances;
    }

    /// <inheritdoc/>
    public void Release() => _session.Close();

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Close();
        _session.Dispose();
    }

    /// <summary>Some PACS return 0 instead of counting.</summary>
    private static int? Known(int? count) => count is > 0 ? count : null;

    private async Task<Dictionary<string, ComparedStudy>> AskAsync(StudyKeys keys, CancellationToken cancellationToken)
    {
        var studies = new Dictionary<string, ComparedStudy>(StringComparer.Ordinal);
        var search = new StudySearch(keys.Queries().First(), _session, _call, new QueryBudget(0), cancellationToken);
        try
        {
            while (await search.NextAsync().ConfigureAwait(false) is { } next)
            {
                if (next is StudyFound { Study: var study } && Uid.IsUsable(study.StudyInstanceUid))
                    studies[study.StudyInstanceUid] = new ComparedStudy(study.Dataset, Known(study.NumberOfStudyRelatedInstances));
            }
        }
        finally
        {
            await search.StopAsync().ConfigureAwait(false);
        }

        return studies;
    }

    private Identifier Identifier(ComparedStudy study, string level, params Tag[] returnKeys) => new Identifier(level, returnKeys)
        .Match(Tags.PatientID, server.InformationModel == InformationModel.PatientRoot ? study.Attributes.GetString(Tags.PatientID) : null)
        .Match(Tags.StudyInstanceUID, study.Uid);

    private Task<List<Dataset>> ListAsync(Identifier identifier, Tag uid, CancellationToken cancellationToken) =>
        _session.ListAsync(identifier.ToDataset(), uid, MaximumMatches, cancellationToken);
}
