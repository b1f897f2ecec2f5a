using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// Asks a PACS what a study has: the number of instances, then all instances in one query; or the series, then the instances of each series
/// (PS3.4 C.4.1.2). If the PACS refuses a query or drops the association, its other answers are still used.
/// </summary>
internal sealed class PlanQuery
{
    /// <summary>The most series, and the most instances per series, to read.</summary>
    private const int MaximumMatches = 100_000;

    /// <summary>A list whose length is a multiple of this may be truncated, because limits are round numbers.</summary>
    private const int RoundNumber = 10;

    private readonly StudyToSave _study;
    private readonly QuerySession _session;
    private readonly PacsTraits _traits;
    private readonly CancellationToken _cancellationToken;
    private readonly List<string> _series = [];
    private readonly Dictionary<InstanceKey, PlannedInstance> _instances = [];
    private int? _counted;
    private int _listedAtOnce;
    private bool _mayBeTruncated;

    private PlanQuery(StudyToSave study, QuerySession session, PacsTraits traits, CancellationToken cancellationToken)
    {
        _study = study;
        _session = session;
        _traits = traits;
        _cancellationToken = cancellationToken;
        _counted = Known(study.Count);
    }

    /// <summary>Sends the queries.</summary>
    /// <param name="study">The study.</param>
    /// <param name="place">The place whose association the queries use.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="DicomNetworkException">The association could not be opened.</exception>
    public static async Task<StudyPlan> AskAsync(StudyToSave study, AssociationPlace place, CancellationToken cancellationToken)
    {
        if (study.SopInstanceUid is not null)
        {
            var one = new PlannedInstance(new InstanceKey(study.SeriesInstanceUid!, study.SopInstanceUid), study.SopClassUid);
            return StudyPlan.Of([], [one], 1);
        }

        var asOf = DateTime.UtcNow;
        using var session = new QuerySession(study.Server, isPatient: false, place);
        var query = new PlanQuery(study, session, place.TraitsOf(study.Server), cancellationToken);
        var plan = await query.AskAsync().ConfigureAwait(false);
        session.Close();
        return plan with { AsOf = asOf };
    }

    private async Task<StudyPlan> AskAsync()
    {
        if (_study.IsCountUnknown)
            await IsAnsweredAsync(CountAsync).ConfigureAwait(false);
        if (await IsListedAtOnceAsync().ConfigureAwait(false))
            return StudyPlan.Of(_series, [.. _instances.Values], _counted);
        var isListed = await IsAnsweredAsync(ListAsync).ConfigureAwait(false);
        _traits.IsRelational |= _listedAtOnce > 0 && _listedAtOnce == _instances.Count;
        return isListed && _instances.Count > 0
            ? StudyPlan.Of(_series, [.. _instances.Values], _counted, _mayBeTruncated)
            : new StudyPlan { Counted = _counted, Series = _series, IsAbsent = isListed && _series.Count == 0 && _counted is null };
    }

    /// <summary>Asks for the count of the study if no earlier query did.</summary>
    private async Task CountAsync()
    {
        var (level, count) = _study.SeriesInstanceUid is null
            ? ("STUDY", Tags.NumberOfStudyRelatedInstances)
            : ("SERIES", Tags.NumberOfSeriesRelatedInstances);
        var identifier = Identifier(level, _study.SeriesInstanceUid is null ? Tags.StudyInstanceUID : Tags.SeriesInstanceUID, count)
            .Match(Tags.SeriesInstanceUID, _study.SeriesInstanceUid);
        foreach (var match in await MatchesAsync(identifier, Tags.StudyInstanceUID).ConfigureAwait(false))
            _counted = Known(match.GetInt32(count)) ?? _counted;
    }

    /// <summary>
    /// Asks for all instances of the study in one query. Their number must be the one that the PACS counts; otherwise the series are asked
    /// one by one, and if that gives another number, the PACS is not asked in this way again.
    /// </summary>
    private async Task<bool> IsListedAtOnceAsync()
    {
        if (!_traits.IsRelational || _counted is null || _study.SeriesInstanceUid is not null)
            return false;
        if (await IsAnsweredAsync(ListAtOnceAsync).ConfigureAwait(false) && _instances.Count == _counted)
            return true;
        _traits.IsRelational = false;
        _listedAtOnce = _instances.Count;
        _instances.Clear();
        _series.Clear();
        return false;
    }

    private async Task ListAtOnceAsync()
    {
        var identifier = Identifier("IMAGE", Tags.SeriesInstanceUID, Tags.SOPInstanceUID, Tags.SOPClassUID);
        var seen = new SeenUids(Tags.SOPInstanceUID, Tags.SeriesInstanceUID);
        var matches = await _session.ListAsync(identifier.ToDataset(), seen, MaximumMatches, _cancellationToken).ConfigureAwait(false);
        foreach (var match in matches)
        {
            if (match.GetString(Tags.StudyInstanceUID) is { } study && study != _study.StudyInstanceUid)
                continue;
            if (match.GetString(Tags.SeriesInstanceUID) is { } series && Uid.IsUsable(series))
                Add(series, match);
        }

        _series.AddRange(_instances.Keys.Select(instance => instance.SeriesInstanceUid).Distinct());
    }

    private async Task ListAsync()
    {
        if (_study.SeriesInstanceUid is not null)
            _series.Add(_study.SeriesInstanceUid);
        else
            await ListSeriesAsync().ConfigureAwait(false);
        foreach (var series in _series)
        {
            var identifier = Identifier("IMAGE", Tags.SOPInstanceUID, Tags.SOPClassUID).Match(Tags.SeriesInstanceUID, series);
            var matches = await MatchesAsync(identifier, Tags.SOPInstanceUID).ConfigureAwait(false);
            _mayBeTruncated |= matches.Count % RoundNumber == 0;
            foreach (var match in matches)
                Add(series, match);
        }
    }

    private void Add(string series, Dataset match)
    {
        if (match.GetString(Tags.SOPInstanceUID) is not { } uid || !Uid.IsUsable(uid))
            return;
        var key = new InstanceKey(series, uid);
        _instances[key] = new PlannedInstance(key, match.GetString(Tags.SOPClassUID));
    }

    private async Task ListSeriesAsync()
    {
        var identifier = Identifier("SERIES", Tags.SeriesInstanceUID, Tags.NumberOfSeriesRelatedInstances);
        var matches = await MatchesAsync(identifier, Tags.SeriesInstanceUID).ConfigureAwait(false);
        _mayBeTruncated |= matches.Count > 0 && matches.Count % RoundNumber == 0;
        _series.AddRange(matches.Select(match => match.GetString(Tags.SeriesInstanceUID)).OfType<string>().Where(Uid.IsUsable).Distinct());
        var counts = matches.Select(match => Known(match.GetInt32(Tags.NumberOfSeriesRelatedInstances))).ToArray();
        if (counts.Length > 0 && counts.All(count => count is not null))
            _counted = (int)Math.Min(int.MaxValue, Math.Max(_counted ?? 0, counts.Sum(count => (long)count!)));
    }

    /// <summary>Returns a count as the PACS means it. Some PACS return 0 instead of counting.</summary>
    private static int? Known(int? count) => count is > 0 ? count : null;

    /// <summary>Sends a query that the PACS may refuse.</summary>
    private async Task<bool> IsAnsweredAsync(Func<Task> question)
    {
        try
        {
            await question().ConfigureAwait(false);
            return true;
        }
        catch (DimseFailureException)
        {
            return false;
        }
        catch (AssociationRejectedException exception) when (exception.Reject is null)
        {
            // The PACS does not accept C-FIND from this AE title. Only the result of a C-GET is then known.
            _session.Dispose();
            return false;
        }
        catch (DicomNetworkException exception) when (_session.HasBeenOpen && exception is not AssociationRejectedException)
        {
            _session.Dispose();
            return false;
        }
    }

    private Identifier Identifier(string level, params Tag[] returnKeys) =>
        new Identifier(level, returnKeys)
            .Match(Tags.PatientID, _study.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, _study.StudyInstanceUid);

    private Task<List<Dataset>> MatchesAsync(Identifier identifier, Tag uid) =>
        _session.ListAsync(identifier.ToDataset(), uid, MaximumMatches, _cancellationToken);
}
