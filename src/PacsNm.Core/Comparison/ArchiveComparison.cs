using PacsNm.Dicom.Network;

namespace PacsNm.Comparison;

/// <summary>
/// Compares two sides day by day. While the consumer works on a day, the next one is asked for. One day of each side is in memory, and the
/// UIDs of the differences.
/// </summary>
/// <param name="here">The archive or the reference server.</param>
/// <param name="there">The server.</param>
/// <param name="options">What to compare.</param>
/// <param name="cancellationToken">Cancels the waits.</param>
internal sealed class ArchiveComparison(
    IStudySide here,
    IStudySide there,
    ComparisonOptions options,
    CancellationToken cancellationToken)
{
    /// <summary>The associations that may fail while single studies are asked for. Each is tried again by its session before.</summary>
    private const int MaximumLost = 3;

    /// <summary>Ends the queries for a day that is not wanted any more.</summary>
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    private readonly HashSet<string> _handled = new(StringComparer.Ordinal);
    private readonly List<(string Study, Exception Exception)> _failures = [];
    private int _lost;
    private (DateTime Day, Task<DayOfStudies> Here, Task<DayOfStudies> There)? _next;

    /// <summary>Compares the studies of a day.</summary>
    /// <param name="day">The day.</param>
    /// <param name="following">The next day; null for none.</param>
    public async Task<ComparedDay> CompareAsync(DateTime day, DateTime? following)
    {
        var (ofHere, ofThere) = _next is { } asked && asked.Day == day ? (asked.Here, asked.There) : Ask(day);
        _next = null;
        await Task.WhenAll(Settled(ofHere), Settled(ofThere)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (FailureOf(ofHere) is { } failureHere)
            return new ComparedDay(day) { FailureHere = failureHere };
        if (FailureOf(ofThere) is { } failureThere)
            return new ComparedDay(day) { FailureThere = failureThere };
        var (studiesHere, studiesThere) = (await ofHere.ConfigureAwait(false), await ofThere.ConfigureAwait(false));
        var rows = new List<PacsStudyDifference>();
        _failures.Clear();
        foreach (var uid in studiesHere.Studies.Keys.Union(studiesThere.Studies.Keys).OrderBy(uid => uid, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.Unknown.Contains(uid))
                continue;
            studiesHere.Studies.TryGetValue(uid, out var left);
            studiesThere.Studies.TryGetValue(uid, out var right);

            // A PACS may send a study without a date for each day.
            if ((left is null || right is null || right.Day is null) && !_handled.Add(uid))
                continue;
            try
            {
                if (await CompareAsync(uid, left, right).ConfigureAwait(false) is { } row
                    && (options.IncludesSame || row.State != DifferenceState.Same))
                {
                    rows.Add(row);
                }
            }
            catch (DicomNetworkException exception)
            {
                // Nothing can be said about this study.
                _failures.Add((uid, exception));
                if (exception is not DimseFailureException && ++_lost == MaximumLost)
                    return new ComparedDay(day) { Rows = rows, Failures = [.. _failures], FailureThere = exception };
            }
            catch (IncompleteListException exception)
            {
                _failures.Add((uid, exception));
            }
        }

        if (rows.Count > 0)
        {
            // A later cmdlet may retrieve the study, and the PACS may allow one association only.
            here.Release();
            there.Release();
        }
        else if (following is { } more)
        {
            var (nextHere, nextThere) = Ask(more);
            _next = (more, nextHere, nextThere);
        }

        return new ComparedDay(day)
        {
            Rows = rows,
            Failures = [.. _failures],
            MayMissHere = studiesHere.MayMiss,
            MayMissThere = studiesThere.MayMiss,
            IsDateIgnoredHere = IsDateIgnored(studiesHere),
            IsDateIgnoredThere = IsDateIgnored(studiesThere),
            IsCountUnknownHere = studiesHere.Studies.Values.Any(study => study.Instances is null),
            IsCountUnknownThere = studiesThere.Studies.Values.Any(study => study.Instances is null),
        };
    }

    /// <summary>Cancels the queries that are under way, and waits for their ends, so that their associations can be closed.</summary>
    public async Task StopAsync()
    {
        _stopping.Cancel();
        if (_next is { } asked)
            await Task.WhenAll(Settled(asked.Here), Settled(asked.There)).ConfigureAwait(false);
        _next = null;
    }

    /// <summary>A PACS may send a study of a day before or after. One that ignores the date sends more of them than of the day.</summary>
    private static bool IsDateIgnored(DayOfStudies day) => day.OfOtherDays > Math.Max(1, day.Studies.Count);

    private static Task Settled(Task task) =>
        task.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>Why a query failed; null if it did not. An exception of another kind is thrown.</summary>
    private static DicomNetworkException? FailureOf(Task task) =>
        task.Exception?.GetBaseException() is { } exception
            ? exception as DicomNetworkException ?? throw exception
            : null;

    private (Task<DayOfStudies> Here, Task<DayOfStudies> There) Ask(DateTime day) =>
        (here.OfDayAsync(day, _stopping.Token), there.OfDayAsync(day, _stopping.Token));

    private async Task<PacsStudyDifference?> CompareAsync(string uid, ComparedStudy? left, ComparedStudy? right)
    {
        // The study may have another date on the side that did not send it.
        left ??= await here.FindAsync(uid, cancellationToken).ConfigureAwait(false);
        right ??= await there.FindAsync(uid, cancellationToken).ConfigureAwait(false);
        if (left is null)
            return right is null ? null : StudyComparison.MissingHere(right, options.Server);
        if (right is null)
            return StudyComparison.MissingThere(left, options.Reference ?? options.Server);
        var (onlyThere, onlyHere) = await CompareContentAsync(left, right).ConfigureAwait(false);
        return StudyComparison.Compare(left, right, options.Server, onlyThere, onlyHere);
    }

    private async Task<(IReadOnlyCollection<string> OnlyThere, IReadOnlyCollection<string> OnlyHere)> CompareContentAsync(
        ComparedStudy left,
        ComparedStudy right)
    {
        if (options.Level == ComparisonLevel.Study)
            return ([], []);
        if (options.Level == ComparisonLevel.Series)
        {
            var ofHere = here.SeriesAsync(left, cancellationToken);
            var ofThere = there.SeriesAsync(right, cancellationToken);
            await Task.WhenAll(Settled(ofHere), Settled(ofThere)).ConfigureAwait(false);
            return Difference((await ofHere.ConfigureAwait(false)).Keys, (await ofThere.ConfigureAwait(false)).Keys, uid => uid);
        }

        var instancesHere = here.InstancesAsync(left, cancellationToken);
        var instancesThere = there.InstancesAsync(right, cancellationToken);
        await Task.WhenAll(Settled(instancesHere), Settled(instancesThere)).ConfigureAwait(false);
        return Difference(
            await instancesHere.ConfigureAwait(false), await instancesThere.ConfigureAwait(false), instance => instance.SopInstanceUid);
    }

    private static (IReadOnlyCollection<string> OnlyThere, IReadOnlyCollection<string> OnlyHere) Difference<T>(
        IEnumerable<T> ofHere,
        IEnumerable<T> ofThere,
        Func<T, string> uid) =>
        ([.. ofThere.Except(ofHere).Select(uid)], [.. ofHere.Except(ofThere).Select(uid)]);
}

/// <summary>What a comparison compares.</summary>
/// <param name="Server">The server.</param>
/// <param name="Reference">The reference server; null for an archive.</param>
/// <param name="Level">How deep to compare.</param>
/// <param name="IncludesSame">Whether to return studies without a difference.</param>
/// <param name="Unknown">The studies of which nothing can be said.</param>
internal sealed record ComparisonOptions(
    PacsServer Server,
    PacsServer? Reference,
    ComparisonLevel Level,
    bool IncludesSame,
    IReadOnlyCollection<string> Unknown);

/// <summary>The comparison of a day.</summary>
/// <param name="Day">The day.</param>
internal sealed record ComparedDay(DateTime Day)
{
    /// <summary>The studies.</summary>
    public IReadOnlyList<PacsStudyDifference> Rows { get; init; } = [];

    /// <summary>The studies that could not be compared.</summary>
    public IReadOnlyList<(string Study, Exception Exception)> Failures { get; init; } = [];

    /// <summary>Why the reference server did not answer; null if it did.</summary>
    public DicomNetworkException? FailureHere { get; init; }

    /// <summary>Why the server did not answer; null if it did.</summary>
    public DicomNetworkException? FailureThere { get; init; }

    /// <summary>Whether the reference server may not have sent all studies.</summary>
    public bool MayMissHere { get; init; }

    /// <summary>Whether the server may not have sent all studies.</summary>
    public bool MayMissThere { get; init; }

    /// <summary>Whether the reference server sent more studies of other days than of the day.</summary>
    public bool IsDateIgnoredHere { get; init; }

    /// <summary>Whether the server sent more studies of other days than of the day.</summary>
    public bool IsDateIgnoredThere { get; init; }

    /// <summary>Whether the reference server returned no number of instances for a study.</summary>
    public bool IsCountUnknownHere { get; init; }

    /// <summary>Whether the server returned no number of instances for a study.</summary>
    public bool IsCountUnknownThere { get; init; }
}
