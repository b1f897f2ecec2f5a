using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Jobs;

/// <summary>What the PACS has for a row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Studies">The studies that match.</param>
/// <param name="Failure">Why the query failed; null if it did not.</param>
internal sealed record RowMatch(JobRow Row, IReadOnlyList<PacsStudy> Studies, Exception? Failure = null)
{
    /// <summary>The series of the studies, if they were asked for.</summary>
    public IReadOnlyList<PacsSeries> Series { get; init; } = [];
}

/// <summary>What the PACS has for rows.</summary>
/// <param name="Matches">The rows that it answered, or could not answer.</param>
/// <param name="Rest">The rows that were not asked for, because the PACS could not be used any more.</param>
/// <param name="Failure">Why; null if there is no rest, or the hours are over.</param>
internal sealed record RowMatches(IReadOnlyList<RowMatch> Matches, IReadOnlyList<JobRow> Rest, DicomNetworkException? Failure);

/// <summary>
/// Finds the studies of many rows with few queries on one association: UIDs in lists, the days that many rows name as a whole, and a
/// query for each other row. What a list or a day does not bring is asked for by itself before it counts as not found.
/// </summary>
/// <param name="call">What the searches of the call share.</param>
/// <param name="maximumPerRow">The most studies of a row that are retrieved.</param>
/// <param name="needsSeries">Whether the series of a row are asked for too.</param>
internal sealed class RowSearch(SearchCall call, int maximumPerRow, Func<RowMatch, bool> needsSeries)
{
    /// <summary>The UIDs in a query. A PACS may limit the length of a list.</summary>
    private const int MaximumUids = 50;

    /// <summary>The most studies of one query.</summary>
    private const int MaximumStudies = 50_000;

    /// <summary>The studies of a row that are named if there are too many. The query is cancelled after them.</summary>
    public const int MaximumNamed = 1_000;

    /// <summary>The rows that name the same day from which on the day is asked for as a whole.</summary>
    private const int RowsForDay = 8;

    /// <summary>The same, for a PACS that was seen to ignore the other keys.</summary>
    private const int RowsForDayAlone = 2;

    /// <summary>
    /// The rows in a row whose query ended the association from which on the PACS, and not the rows, is taken for the reason.
    /// </summary>
    private const int MaximumFailures = 3;

    private bool _isFilteredByDateAlone;
    private int _failures;

    /// <summary>The number of queries that were sent.</summary>
    public int Queries { get; private set; }

    /// <summary>Estimates how many queries for studies rows need.</summary>
    public static int EstimateQueries(IReadOnlyCollection<JobRow> rows)
    {
        var uids = rows.Count(row => row.StudyInstanceUid.Length > 0);
        return ((uids + MaximumUids - 1) / MaximumUids) + rows.Count - uids;
    }

    /// <summary>Returns the studies that match keys.</summary>
    /// <exception cref="DicomNetworkException">The PACS cannot be used, or refused the query.</exception>
    public static async Task<IReadOnlyList<PacsStudy>> AskAsync(
        StudyKeys keys,
        IQueryPeer peer,
        SearchCall call,
        CancellationToken cancellationToken)
    {
        var studies = new List<PacsStudy>();
        foreach (var query in keys.Queries())
            await AskAsync(query, studies.Add, () => studies.Count < MaximumStudies, peer, call, cancellationToken).ConfigureAwait(false);
        if (studies.Count >= MaximumStudies)
            call.Shortfalls.Add(peer.Server, Shortfall.Truncated, part: null, studies.Count);
        return studies;
    }

    /// <summary>Finds the studies of rows.</summary>
    /// <param name="rows">The rows, which must be valid.</param>
    /// <param name="peer">The PACS. Its association must be free.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <param name="isOpen">Whether another query may be sent.</param>
    public async Task<RowMatches> RunAsync(
        IReadOnlyList<JobRow> rows,
        IQueryPeer peer,
        Func<bool> isOpen,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, RowMatch>();
        var matches = new List<RowMatch>();
        try
        {
            JobRow[] named = [.. rows.Where(row => row.StudyInstanceUid.Length > 0)];
            await FindUidsAsync(named, found, peer, cancellationToken).ConfigureAwait(false);
            await FindDaysAsync(rows, found, peer, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                if (!isOpen())
                    return new RowMatches(matches, [.. rows.Skip(matches.Count)], null);
                if (!found.TryGetValue(row.Number, out var match))
                    match = await FindAsync(row, peer, cancellationToken).ConfigureAwait(false);
                matches.Add(needsSeries(match) ? await WithSeriesAsync(match, peer, cancellationToken).ConfigureAwait(false) : match);
            }
        }
        catch (DicomNetworkException exception)
        {
            // The row at which it happened comes last, so that it does not hold up the others.
            var rest = rows.Skip(matches.Count).ToList();
            return new RowMatches(matches, [.. rest.Skip(1), .. rest.Take(1)], exception);
        }

        return new RowMatches(matches, [], null);
    }

    private async Task<RowMatch> WithSeriesAsync(RowMatch match, IQueryPeer peer, CancellationToken cancellationToken)
    {
        var series = new List<PacsSeries>();
        var failure = await TryAsync(async () =>
        {
            foreach (var study in match.Studies)
                series.AddRange(await SeriesSelection.ListAsync(study, peer, cancellationToken).ConfigureAwait(false));
        }).ConfigureAwait(false);
        return match with { Series = series, Failure = match.Failure ?? failure };
    }

    /// <summary>Asks the PACS. A row that it cannot answer must not hold up the others.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    /// <exception cref="DicomNetworkException">The PACS, and not the row, is the reason.</exception>
    private async Task<Exception?> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask().ConfigureAwait(false);
            _failures = 0;
            return null;
        }
        catch (Exception exception) when (exception is KeyNotEncodableException or DimseFailureException)
        {
            return exception;
        }
        catch (DicomNetworkException exception) when (exception is not PeerUnreachableException && ++_failures < MaximumFailures)
        {
            return exception;
        }
    }

    private async Task FindUidsAsync(
        JobRow[] rows,
        Dictionary<int, RowMatch> matches,
        IQueryPeer peer,
        CancellationToken cancellationToken)
    {
        for (var first = 0; first < rows.Length; first += MaximumUids)
        {
            JobRow[] list = [.. rows.Skip(first).Take(MaximumUids)];
            if (list.Length == 1)
                continue;
            var keys = new StudyKeys { IsRow = true, Uids = [.. list.Select(row => row.StudyInstanceUid).Distinct()] };
            var found = await AskAsync(keys, row: null, peer, cancellationToken).ConfigureAwait(false);
            Distribute(list, found, matches);
        }
    }

    private async Task FindDaysAsync(
        IReadOnlyList<JobRow> rows,
        Dictionary<int, RowMatch> matches,
        IQueryPeer peer,
        CancellationToken cancellationToken)
    {
        var days = rows.Where(row => !matches.ContainsKey(row.Number) && row.Day is not null && IsExact(row))
            .GroupBy(row => row.Day!.Value);
        foreach (var day in days)
        {
            JobRow[] same = [.. day];
            if (same.Length < (_isFilteredByDateAlone ? RowsForDayAlone : RowsForDay))
                continue;
            var keys = new StudyKeys { IsRow = true, Dates = new DateRange(day.Key, day.Key) };
            Distribute(same, await AskAsync(keys, row: null, peer, cancellationToken).ConfigureAwait(false), matches);
        }
    }

    /// <summary>Whether a study of the day can be told to match the row without another query.</summary>
    private static bool IsExact(JobRow row) =>
        row.StudyInstanceUid.Length == 0
            && row.PatientName.Length == 0
            && row.AccessionNumber.Length + row.PatientId.Length > 0
            && !StudyKeys.HasWildcards(row.AccessionNumber + row.PatientId);

    /// <summary>Gives each row its studies. A row without any is asked for by itself.</summary>
    private static void Distribute(IReadOnlyCollection<JobRow> rows, Found found, Dictionary<int, RowMatch> matches)
    {
        foreach (var row in rows)
        {
            PacsStudy[] own = [.. found.Studies.Where(study => IsCertain(row, study))];
            if (own.Length > 0)
                matches[row.Number] = new RowMatch(row, own);
        }
    }

    /// <summary>Whether a study of a list or a day is the row's. The PACS must have returned what the row asks for.</summary>
    private static bool IsCertain(JobRow row, PacsStudy study) =>
        row.StudyInstanceUid.Length > 0
            ? study.StudyInstanceUid == row.StudyInstanceUid
            : (row.AccessionNumber.Length == 0 || study.AccessionNumber == row.AccessionNumber)
                && (row.PatientId.Length == 0 || study.PatientId == row.PatientId);

    private async Task<RowMatch> FindAsync(JobRow row, IQueryPeer peer, CancellationToken cancellationToken)
    {
        var keys = row.StudyInstanceUid.Length > 0
            ? new StudyKeys { IsRow = true, Uids = [row.StudyInstanceUid] }
            : new StudyKeys
            {
                IsRow = true,
                AccessionNumbers = ListOf(row.AccessionNumber),
                PatientIds = ListOf(row.PatientId),
                PatientName = row.PatientName.Length > 0 ? row.PatientName : null,
                Dates = row.Dates ?? DateRange.All,
            };
        var found = await AskAsync(keys, row, peer, cancellationToken).ConfigureAwait(false);
        PacsStudy[] own = [.. found.Studies.Where(row.Matches)];
        _isFilteredByDateAlone |= row.Dates is not null && own.Length < found.Studies.Count;
        return new RowMatch(row, own, found.Failure);
    }

    private static string[] ListOf(string value) => value.Length > 0 ? [value] : [];

    /// <summary>Asks for the studies that match keys. What the PACS sent before a failure counts.</summary>
    private async Task<Found> AskAsync(StudyKeys keys, JobRow? row, IQueryPeer peer, CancellationToken cancellationToken)
    {
        var studies = new List<PacsStudy>();
        var mostOfRow = row is null ? MaximumStudies : Math.Max(MaximumNamed, maximumPerRow + 1);
        var ofRow = 0;
        void Add(PacsStudy study)
        {
            studies.Add(study);
            if (row?.Matches(study) == true)
                ofRow++;
        }

        var failure = await TryAsync(async () =>
        {
            foreach (var query in keys.Queries())
            {
                Queries++;
                await AskAsync(
                        query, Add, () => studies.Count < MaximumStudies && ofRow < mostOfRow, peer, call, cancellationToken)
                    .ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return new Found(studies, failure);
    }

    private static async Task AskAsync(
        StudyQuery query,
        Action<PacsStudy> add,
        Func<bool> goesOn,
        IQueryPeer peer,
        SearchCall call,
        CancellationToken cancellationToken)
    {
        var search = new StudySearch(query, peer, call, new QueryBudget(0), cancellationToken);
        try
        {
            while (goesOn() && await search.NextAsync().ConfigureAwait(false) is { } next)
            {
                if (next is StudyFound found && Uid.IsUsable(found.Study.StudyInstanceUid))
                    add(found.Study);
            }
        }
        finally
        {
            await search.StopAsync().ConfigureAwait(false);
        }
    }

    private sealed record Found(IReadOnlyList<PacsStudy> Studies, Exception? Failure);
}
