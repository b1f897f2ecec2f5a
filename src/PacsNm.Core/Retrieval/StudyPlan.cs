using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>An instance that a PACS says it has.</summary>
/// <param name="SeriesInstanceUid">Its series.</param>
/// <param name="SopInstanceUid">Its UID.</param>
/// <param name="SopClassUid">Its SOP class; null where the PACS does not say.</param>
internal sealed record PlannedInstance(string SeriesInstanceUid, string SopInstanceUid, string? SopClassUid);

/// <summary>What a study should have, as far as its PACS says.</summary>
/// <param name="Expectation">How it is known.</param>
/// <param name="Count">The number of instances to have in the end; null where it is not known.</param>
/// <param name="Series">Its Series Instance UIDs; empty where they are not known.</param>
/// <param name="Instances">The instances that the PACS lists; empty where only their number is known.</param>
/// <param name="Wanted">Those of them to have in the end, by SOP Instance UID.</param>
/// <param name="IsCertain">
/// Whether the list is all of it: the PACS counts no more, or where it does not count, the list has no length that a limit
/// would have.
/// </param>
internal sealed record StudyPlan(
    SaveExpectation Expectation,
    int? Count,
    IReadOnlyList<string> Series,
    IReadOnlyList<PlannedInstance> Instances,
    IReadOnlyDictionary<string, PlannedInstance> Wanted,
    bool IsCertain)
{
    /// <summary>UIDs that one request names at most: a command line of Windows has 32,767 characters.</summary>
    private const int MaximumUids = 200;

    /// <summary>Nothing is known.</summary>
    public static StudyPlan Unknown { get; } = new(SaveExpectation.None, null, [], [], new Dictionary<string, PlannedInstance>(), false);

    /// <summary>Whether the PACS says that it has nothing of the study.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Whether less is wanted than the study has.</summary>
    public bool IsCut { get; init; }

    /// <summary>The plan for instances that a PACS lists.</summary>
    /// <param name="series">Their series.</param>
    /// <param name="instances">The instances.</param>
    /// <param name="counted">How many the PACS counts, if it does.</param>
    /// <param name="isCertain">Whether the list is all of it.</param>
    public static StudyPlan Of(IReadOnlyList<string> series, IReadOnlyCollection<PlannedInstance> instances, int? counted, bool isCertain) => new(
        SaveExpectation.Instances,
        Math.Max(instances.Count, counted ?? 0),
        series,
        [.. instances],
        instances.ToDictionary(instance => instance.SopInstanceUid),
        isCertain);

    /// <summary>The plan with no more to fetch than so many.</summary>
    /// <param name="maximum">How many; null for all.</param>
    /// <param name="present">SOP Instance UIDs that are there.</param>
    public StudyPlan Limit(int? maximum, IReadOnlyCollection<string> present)
    {
        if (maximum is not { } most || Count - present.Count <= most)
            return this;
        var cut = this with { Count = present.Count + most, IsCut = true };
        if (Instances.Count == 0)
            return cut;
        var fetched = Instances.Where(instance => !present.Contains(instance.SopInstanceUid)).Take(most);
        var wanted = Instances.Where(instance => present.Contains(instance.SopInstanceUid)).Concat(fetched).ToDictionary(instance => instance.SopInstanceUid);
        return cut with { Count = wanted.Count, Wanted = wanted, IsCertain = true };
    }

    /// <summary>
    /// The requests for what is not present: the study or a series where all of it is missing and wanted, else instances
    /// by their UIDs.
    /// </summary>
    /// <param name="whole">The request for all.</param>
    /// <param name="present">SOP Instance UIDs that are there, or are not to be asked for.</param>
    /// <param name="broadest">The level not to go above.</param>
    public IReadOnlyList<RetrieveRequest> Requests(RetrieveRequest whole, IReadOnlyCollection<string> present, RetrieveLevel broadest)
    {
        bool IsMissing(PlannedInstance instance) => Wanted.ContainsKey(instance.SopInstanceUid) && !present.Contains(instance.SopInstanceUid);
        if (!Instances.Any(IsMissing))
        {
            // What is missing is not known by its UID.
            return broadest == RetrieveLevel.Study || Series.Count == 0
                ? [whole]
                : [.. Series.Select(series => whole with { SeriesInstanceUid = series })];
        }

        if (broadest == RetrieveLevel.Study && Instances.All(IsMissing))
            return [whole];
        return
        [
            .. from series in Instances.GroupBy(instance => instance.SeriesInstanceUid)
               let missing = series.Where(IsMissing).Select(instance => instance.SopInstanceUid).ToArray()
               where missing.Length > 0
               from request in broadest != RetrieveLevel.Image && missing.Length == series.Count()
                   ? [whole with { SeriesInstanceUid = series.Key }]
                   : Chunks(missing).Select(uids => whole with { SeriesInstanceUid = series.Key, SopInstanceUids = uids })
               select request,
        ];
    }

    private static IEnumerable<string[]> Chunks(string[] uids)
    {
        for (var start = 0; start < uids.Length; start += MaximumUids)
            yield return [.. uids.Skip(start).Take(MaximumUids)];
    }
}
