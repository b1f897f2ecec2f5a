using PacsNm.Archive;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>An instance that a PACS lists.</summary>
/// <param name="Key">The series and the SOP Instance UID.</param>
/// <param name="SopClassUid">SOP Class UID (0008,0016); null if the PACS does not return it.</param>
internal sealed record PlannedInstance(InstanceKey Key, string? SopClassUid);

/// <summary>What a study has, according to its PACS.</summary>
internal sealed record StudyPlan
{
    /// <summary>The most UIDs in one request. A command line on Windows has at most 32,767 characters.</summary>
    public const int MaximumUids = 200;

    /// <summary>A plan without any answer of the PACS.</summary>
    public static StudyPlan Unknown { get; } = new();

    /// <summary>When the PACS was asked; null if it was not.</summary>
    public DateTime? AsOf { get; init; }

    /// <summary>The number of instances that the PACS counts; null if it gives no count.</summary>
    public int? Counted { get; init; }

    /// <summary>The Series Instance UIDs; empty if unknown.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>The instances that the PACS lists; empty if it lists none.</summary>
    public IReadOnlyList<PlannedInstance> Listed { get; init; } = [];

    /// <summary>Whether the length of the list suggests that a limit truncated it.</summary>
    public bool MayBeTruncated { get; init; }

    /// <summary>The most instances of the study to have in the archive; null for all.</summary>
    public int? Maximum { get; init; }

    /// <summary>The listed instances to have in the archive.</summary>
    public IReadOnlyList<PlannedInstance> Wanted { get; init; } = [];

    /// <summary>Whether the PACS answered that it does not have the study.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Makes the plan from the instances that a PACS lists.</summary>
    public static StudyPlan Of(
        IReadOnlyList<string> series,
        IReadOnlyList<PlannedInstance> listed,
        int? counted,
        bool mayBeTruncated = false)
    {
        return new StudyPlan
        {
            Counted = counted,
            MayBeTruncated = mayBeTruncated,
            Series = series,
            Listed = listed,
            Wanted = listed,
        };
    }

    /// <summary>Limits the plan.</summary>
    /// <param name="maximum">The most instances to retrieve; null for no limit.</param>
    /// <param name="present">The instances that are in the archive already.</param>
    public StudyPlan Limit(int? maximum, IReadOnlyCollection<InstanceKey> present)
    {
        if (maximum is not { } most || Math.Max(Listed.Count, Counted ?? 0) - present.Count <= most)
            return this;
        if (Listed.Count == 0)
            return this with { Maximum = present.Count + most };
        var there = Listed.Where(instance => present.Contains(instance.Key));
        PlannedInstance[] wanted = [.. there, .. Listed.Where(instance => !present.Contains(instance.Key)).Take(most)];
        return this with { Maximum = wanted.Length, Wanted = wanted };
    }

    /// <summary>
    /// Returns the requests for missing instances. A study or series of which everything is missing and wanted is one request; other
    /// instances are requested by their UIDs.
    /// </summary>
    /// <param name="whole">The request for everything.</param>
    /// <param name="isMissing">Whether to request a wanted instance.</param>
    /// <param name="broadest">The broadest level of the requests.</param>
    public IReadOnlyList<RetrieveRequest> Requests(
        RetrieveRequest whole,
        Func<PlannedInstance, bool> isMissing,
        RetrieveLevel broadest)
    {
        var missing = new HashSet<InstanceKey>(Wanted.Where(isMissing).Select(instance => instance.Key));
        if (missing.Count == 0)
        {
            // The missing instances are not known by their UIDs.
            return broadest == RetrieveLevel.Study || Series.Count == 0
                ? [whole]
                : [.. Series.Select(series => whole with { SeriesInstanceUid = series })];
        }

        if (broadest == RetrieveLevel.Study && missing.Count == Listed.Count)
            return [whole];
        return
        [
            .. from series in Listed.GroupBy(instance => instance.Key.SeriesInstanceUid)
               let wanted = series.Where(instance => missing.Contains(instance.Key)).ToArray()
               where wanted.Length > 0
               from request in broadest != RetrieveLevel.Image && wanted.Length == series.Count()
                   ? [whole with { SeriesInstanceUid = series.Key }]
                   : Lists(whole, series.Key, wanted)
               select request,
        ];
    }

    private static IEnumerable<RetrieveRequest> Lists(RetrieveRequest whole, string series, PlannedInstance[] wanted) =>
        from start in Enumerable.Range(0, (wanted.Length + MaximumUids - 1) / MaximumUids)
        let list = wanted.Skip(start * MaximumUids).Take(MaximumUids)
        select whole with { SeriesInstanceUid = series, SopInstanceUids = [.. list.Select(instance => instance.Key.SopInstanceUid)] };
}
