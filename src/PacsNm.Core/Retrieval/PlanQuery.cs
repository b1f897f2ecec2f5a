using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// Asks a PACS what a study has: how many instances, its series, then the instances of each (PS3.4 C.4.1.2.1), on one
/// association. A PACS that refuses a question, or drops the association over it, leaves what it said otherwise.
/// </summary>
internal sealed class PlanQuery
{
    /// <summary>Series or instances of one study that are read from a PACS at most.</summary>
    private const int MaximumMatches = 100_000;

    /// <summary>Limits are round numbers: a list of such a length may be cut.</summary>
    private const int RoundNumber = 10;

    private readonly StudyToSave _study;
    private readonly QuerySession _session;
    private readonly CancellationToken _cancellationToken;
    private readonly List<string> _series = [];
    private readonly Dictionary<string, PlannedInstance> _instances = [];
    private int? _counted;
    private bool _looksCut;

    private PlanQuery(StudyToSave study, QuerySession session, CancellationToken cancellationToken)
    {
        _study = study;
        _session = session;
        _cancellationToken = cancellationToken;
        _counted = Known(study.Count);
    }

    /// <summary>Asks.</summary>
    /// <exception cref="DicomNetworkException">There is no association to be had.</exception>
    public static async Task<StudyPlan> AskAsync(StudyToSave study, CancellationToken cancellationToken)
    {
        if (study.SopInstanceUid is not null)
        {
            var one = new PlannedInstance(study.SeriesInstanceUid!, study.SopInstanceUid, study.SopClassUid);
            return StudyPlan.Of([], [one], 1, isCertain: true);
        }

        using var session = new QuerySession(study.Server, isPatient: false);
        var plan = await new PlanQuery(study, session, cancellationToken).AskAsync().ConfigureAwait(false);
        await session.CloseAsync(cancellationToken).ConfigureAwait(false);
        return plan;
    }

    private async Task<StudyPlan> AskAsync()
    {
        if (_study.IsCountUnknown)
            await IsAnsweredAsync(CountAsync).ConfigureAwait(false);
        var isListed = await IsAnsweredAsync(ListAsync).ConfigureAwait(false);
        if (isListed && _instances.Count > 0)
        {
            var isCertain = _counted is { } all ? _instances.Count >= all : !_looksCut;
            return StudyPlan.Of(_series, _instances.Values, _counted, isCertain);
        }

        return _counted is { } count
            ? StudyPlan.Unknown with { Expectation = SaveExpectation.Count, Count = count, Series = _series }
            : StudyPlan.Unknown with { Series = _series, IsAbsent = isListed && _series.Count == 0 };
    }

    /// <summary>The count of the study, where no earlier query has asked for it.</summary>
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
            _looksCut |= matches.Count % RoundNumber == 0;
            foreach (var match in matches)
            {
                if (match.GetString(Tags.SOPInstanceUID) is { } uid && Uid.IsValid(uid))
                    _instances[uid] = new PlannedInstance(series, uid, match.GetString(Tags.SOPClassUID));
            }
        }
    }

    private async Task ListSeriesAsync()
    {
        var identifier = Identifier("SERIES", Tags.SeriesInstanceUID, Tags.NumberOfSeriesRelatedInstances);
        var matches = await MatchesAsync(identifier, Tags.SeriesInstanceUID).ConfigureAwait(false);
        _looksCut |= matches.Count > 0 && matches.Count % RoundNumber == 0;
        _series.AddRange(matches.Select(match => match.GetString(Tags.SeriesInstanceUID)).OfType<string>().Where(Uid.IsValid).Distinct());
        var counts = matches.Select(match => Known(match.GetInt32(Tags.NumberOfSeriesRelatedInstances))).ToArray();
        if (counts.Length > 0 && counts.All(count => count is not null))
            _counted = (int)Math.Min(int.MaxValue, Math.Max(_counted ?? 0, counts.Sum(count => (long)count!)));
    }

    /// <summary>A count as a PACS gives it. One that counts nothing in what it has does not count.</summary>
    private static int? Known(int? count) => count is > 0 ? count : null;

    /// <summary>Asks a question that a PACS may refuse.</summary>
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
