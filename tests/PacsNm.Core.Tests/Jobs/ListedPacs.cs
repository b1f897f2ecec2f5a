using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>A PACS without a network, whose studies are found by UIDs, Accession Number, Patient ID and day.</summary>
internal sealed class ListedPacs : IQueryPeer
{
    private readonly List<Dataset> _studies = [];

    public PacsServer Server { get; init; } = new() { ComputerName = "listed" };

    /// <summary>Whether it can only filter by date.</summary>
    public bool FiltersByDateAlone { get; init; }

    /// <summary>Whether it looks at the first UID of a list only.</summary>
    public bool TakesFirstUidOnly { get; init; }

    /// <summary>What a query for an accession number ends with.</summary>
    public Dictionary<string, Func<Exception>> Failures { get; } = [];

    /// <summary>The queries for studies.</summary>
    public int Queries { get; private set; }

    /// <summary>The studies that were read.</summary>
    public int Read { get; private set; }

    /// <summary>The queries for series.</summary>
    public int SeriesQueries { get; private set; }

    public ListedPacs Add(string uid, string accession, string patient = "P", string day = "20210901", int instances = 2)
    {
        var study = new Dataset();
        study.Set(Tags.StudyInstanceUID, uid);
        study.Set(Tags.AccessionNumber, accession);
        study.Set(Tags.PatientID, patient);
        study.Set(Tags.StudyDate, day);
        study.Set(Tags.ModalitiesInStudy, "NM");
        study.Set(Tags.NumberOfStudyRelatedInstances, $"{instances}");
        _studies.Add(study);
        return this;
    }

    public Task<IQueryRun> AskAsync(Dataset keys, SeenUids seen, MatchObserver? observe, CancellationToken cancellationToken)
    {
        Queries++;
        if (keys.GetString(Tags.AccessionNumber) is { } accession && Failures.TryGetValue(accession, out var failure))
            throw failure();
        return Task.FromResult<IQueryRun>(new Run(_studies.Where(study => Matches(study, keys)), seen, observe, () => Read++));
    }

    public Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken)
    {
        SeriesQueries++;
        List<Dataset> series = [];
        foreach (var (number, modality, instances) in new[] { (1, "NM", 10), (2, "CT", 200), (3, "NM", 1) })
        {
            var one = new Dataset();
            one.Set(Tags.StudyInstanceUID, identifier.GetString(Tags.StudyInstanceUID)!);
            one.Set(Tags.SeriesInstanceUID, $"{identifier.GetString(Tags.StudyInstanceUID)}.{number}");
            one.Set(Tags.Modality, modality);
            one.Set(Tags.SeriesDescription, $"Series {number}");
            one.Set(Tags.NumberOfSeriesRelatedInstances, $"{instances}");
            series.Add(one);
        }

        return Task.FromResult(series);
    }

    public IQueryPeer Another() => this;

    public void Close()
    {
    }

    public void Dispose()
    {
    }

    private bool Matches(Dataset study, Dataset keys)
    {
        var uids = keys.GetStrings(Tags.StudyInstanceUID);
        if (TakesFirstUidOnly && uids.Length > 1)
            uids = uids[..1];
        if (uids.Length > 0)
            return uids.Contains(study.GetString(Tags.StudyInstanceUID));
        return IsIn(study.GetString(Tags.StudyDate)!, keys.GetString(Tags.StudyDate))
            && (FiltersByDateAlone || (Is(Tags.AccessionNumber) && Is(Tags.PatientID)));

        bool Is(Tag tag) => keys.GetString(tag) is not { Length: > 0 } key || key == study.GetString(tag);
    }

    private static bool IsIn(string value, string? range)
    {
        if (range is null or "" or "-")
            return true;
        var ends = range.Split('-');
        return string.CompareOrdinal(value, ends[0]) >= 0 && (ends[^1].Length == 0 || string.CompareOrdinal(value, ends[^1]) <= 0);
    }

    private sealed class Run(IEnumerable<Dataset> matches, SeenUids seen, MatchObserver? observe, Action read) : IQueryRun
    {
        private readonly Queue<Dataset> _matches = new(matches);
        private int _count;

        public QueryEnd End => new(_count, DimseStatus.Success, WasEnough: false, null);

        public bool OptionalKeysUnsupported => false;

        public ValueTask<Dataset?> NextAsync()
        {
            while (_matches.Count > 0)
            {
                _count++;
                read();
                var match = _matches.Dequeue();
                var isNew = seen.Add(match);
                observe?.Invoke(match, isNew);
                if (isNew)
                    return new ValueTask<Dataset?>(match);
            }

            return default;
        }

        public Task StopAsync() => Task.CompletedTask;
    }
}
