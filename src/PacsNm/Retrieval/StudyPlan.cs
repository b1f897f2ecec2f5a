using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>An instance that a PACS says it has.</summary>
/// <param name="SeriesInstanceUid">Its series.</param>
/// <param name="SopInstanceUid">Its UID.</param>
/// <param name="SopClassUid">Its SOP class; null where the PACS does not say.</param>
internal sealed record PlannedInstance(string SeriesInstanceUid, string SopInstanceUid, string? SopClassUid);

/// <summary>What a study should have, as far as its PACS says.</summary>
/// <param name="Expectation">How it is known.</param>
/// <param name="Count">The number of instances to fetch; null where it is not known.</param>
/// <param name="Series">Its Series Instance UIDs; empty where they are not known.</param>
/// <param name="Instances">The instances that the PACS has; empty where only their number is known.</param>
/// <param name="Wanted">Those of them to fetch, by SOP Instance UID.</param>
/// <param name="IsAbsent">Whether the PACS says that it has nothing of the study.</param>
internal sealed record StudyPlan(
    SaveExpectation Expectation,
    int? Count,
    IReadOnlyList<string> Series,
    IReadOnlyList<PlannedInstance> Instances,
    IReadOnlyDictionary<string, PlannedInstance> Wanted,
    bool IsAbsent = false)
{
    /// <summary>Series or instances of one study that are read from a PACS at most.</summary>
    private const int MaximumMatches = 100_000;

    /// <summary>UIDs that one request names at most: a command line of Windows has 32,767 characters.</summary>
    private const int MaximumUids = 200;

    /// <summary>Nothing is known.</summary>
    public static StudyPlan Unknown { get; } = new(SaveExpectation.None, null, [], [], new Dictionary<string, PlannedInstance>());

    /// <summary>
    /// Asks for the series of a study, then for the instances of each (PS3.4 C.4.1.2.1). A PACS that refuses either
    /// leaves the count that its study response had.
    /// </summary>
    public static async Task<StudyPlan> AskAsync(StudyToSave study, CancellationToken cancellationToken)
    {
        if (study.SopInstanceUid is not null)
        {
            var one = new PlannedInstance(study.SeriesInstanceUid!, study.SopInstanceUid, study.SopClassUid);
            return Of([], [one], 1);
        }

        var series = new List<string>();
        var instances = new Dictionary<string, PlannedInstance>();
        var isRefused = false;
        using var session = new QuerySession(study.Server, isPatient: false);
        try
        {
            series.AddRange(study.SeriesInstanceUid is not null
                ? [study.SeriesInstanceUid]
                : (await ListAsync(SeriesOf(study), Tags.SeriesInstanceUID).ConfigureAwait(false))
                    .Select(match => match.GetString(Tags.SeriesInstanceUID)).OfType<string>().Where(Uid.IsValid).Distinct());
            foreach (var uid in series)
            {
                foreach (var match in await ListAsync(InstancesOf(study, uid), Tags.SOPInstanceUID).ConfigureAwait(false))
                {
                    if (match.GetString(Tags.SOPInstanceUID) is { } instance && Uid.IsValid(instance))
                        instances[instance] = new PlannedInstance(uid, instance, match.GetString(Tags.SOPClassUID));
                }
            }
        }
        catch (DimseFailureException)
        {
            isRefused = true;
            instances.Clear();
        }

        await session.CloseAsync(cancellationToken).ConfigureAwait(false);
        if (instances.Count > 0)
        {
            // A PACS that lists fewer than it counts may list no more than so many.
            var most = Math.Max(instances.Count, study.Count ?? 0);
            return Of(series, [.. instances.Values], most);
        }

        return study.Count is { } count
            ? Unknown with { Expectation = SaveExpectation.Count, Count = count, Series = series }
            : Unknown with { Series = series, IsAbsent = !isRefused && series.Count == 0 };

        Task<List<Dataset>> ListAsync(Identifier identifier, Tag uid) =>
            session.ListAsync(identifier.ToDataset(), uid, MaximumMatches, cancellationToken);
    }

    /// <summary>The plan with no more than so many instances.</summary>
    public StudyPlan Limit(int? maximum) => maximum is not { } most || Count <= most
        ? this
        : this with { Count = most, Wanted = Instances.Take(most).ToDictionary(instance => instance.SopInstanceUid) };

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

    private static StudyPlan Of(IReadOnlyList<string> series, IReadOnlyList<PlannedInstance> instances, int count) =>
        new(SaveExpectation.Instances, count, series, instances, instances.ToDictionary(instance => instance.SopInstanceUid));

    private static IEnumerable<string[]> Chunks(string[] uids)
    {
        for (var start = 0; start < uids.Length; start += MaximumUids)
            yield return [.. uids.Skip(start).Take(MaximumUids)];
    }

    private static Identifier SeriesOf(StudyToSave study) =>
        new Identifier("SERIES", [Tags.SeriesInstanceUID])
            .Match(Tags.PatientID, study.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study.StudyInstanceUid);

    private static Identifier InstancesOf(StudyToSave study, string series) =>
        new Identifier("IMAGE", [Tags.SOPInstanceUID, Tags.SOPClassUID])
            .Match(Tags.PatientID, study.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study.StudyInstanceUid)
            .Match(Tags.SeriesInstanceUID, series);
}
