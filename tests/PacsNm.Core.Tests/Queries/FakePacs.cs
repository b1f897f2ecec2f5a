using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>A PACS without a network. It keeps to the keys StudyDate and StudyTime unless it is told otherwise.</summary>
internal sealed class FakePacs : IQueryPeer
{
    private readonly List<Dataset> _studies = [];

    public PacsServer Server { get; init; } = new() { ComputerName = "fake" };

    /// <summary>Matches that it sends at most.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Its status behind matches that are not all.</summary>
    public DimseStatus StatusAtLimit { get; init; } = DimseStatus.Success;

    /// <summary>Its status without any match.</summary>
    public DimseStatus? Refusal { get; init; }

    public bool IgnoresDate { get; init; }

    public bool IgnoresTime { get; init; }

    public bool ReturnsDate { get; init; } = true;

    /// <summary>Whether it refuses queries at SERIES level.</summary>
    public bool RefusesSeries { get; init; }

    /// <summary>Whether it has no association beside the first.</summary>
    public bool IsSingle { get; init; }

    /// <summary>Queries at STUDY level.</summary>
    public int Queries { get; private set; }

    /// <summary>Queries at SERIES level.</summary>
    public int Lookups { get; private set; }

    /// <summary>Whether what runs was told to stop.</summary>
    public int Stopped { get; private set; }

    /// <summary>Adds a study, which has modalities unless they must be looked up.</summary>
    public FakePacs Add(DateTime moment, string? modalities = "NM")
    {
        var study = new Dataset();
        study.Set(Tags.StudyInstanceUID, $"1.2.{_studies.Count + 1}");
        study.Set(Tags.StudyDate, moment.ToString("yyyyMMdd"));
        study.Set(Tags.StudyTime, moment.ToString("HHmmss"));
        if (modalities is not null)
            study.Set(Tags.ModalitiesInStudy, modalities);
        _studies.Add(study);
        return this;
    }

    /// <summary>Adds studies at equal distances.</summary>
    public FakePacs Add(int count, DateTime first, TimeSpan distance, string? modalities = "NM")
    {
        for (var index = 0; index < count; index++)
            Add(first + TimeSpan.FromTicks(distance.Ticks * index), modalities);
        return this;
    }

    public Task<IQueryRun> AskAsync(Dataset keys, SeenUids seen, MatchObserver? observe, CancellationToken cancellationToken)
    {
        Queries++;
        return Task.FromResult<IQueryRun>(new Run(this, keys, seen, observe));
    }

    public Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken)
    {
        Lookups++;
        if (RefusesSeries)
            throw Failure(DimseStatus.UnableToProcess);
        var series = new Dataset();
        series.Set(Tags.Modality, "CT");
        return Task.FromResult(new List<Dataset> { series });
    }

    public IQueryPeer Another() => IsSingle ? new Rejecting(Server) : this;

    public void Close()
    {
    }

    public void Dispose()
    {
    }

    private static DimseFailureException Failure(DimseStatus status) =>
        new("C-FIND", new CommandSet { Field = CommandField.FindResponse, Status = status });

    private bool Matches(Dataset study, Dataset keys) =>
        (IgnoresDate || IsIn(study.GetString(Tags.StudyDate)!, keys.GetString(Tags.StudyDate)))
        && (IgnoresTime || IsIn(study.GetString(Tags.StudyTime)!, keys.GetString(Tags.StudyTime)));

    private static bool IsIn(string value, string? range)
    {
        if (range is null or "-")
            return true;
        var ends = range.Split('-');
        return string.CompareOrdinal(value, ends[0]) >= 0 && (ends[^1].Length == 0 || string.CompareOrdinal(value, ends[^1]) <= 0);
    }

    private sealed class Run(FakePacs pacs, Dataset keys, SeenUids seen, MatchObserver? observe) : IQueryRun
    {
        private readonly Queue<Dataset> _matches =
            new(pacs.Refusal is null ? pacs._studies.Where(study => pacs.Matches(study, keys)) : []);

        private int _count;
        private QueryEnd? _end;

        public QueryEnd End => _end ?? new QueryEnd(_count, null, WasEnough: true, null);

        public bool OptionalKeysUnsupported => false;

        public ValueTask<Dataset?> NextAsync()
        {
            while (_matches.Count > 0 && _count < pacs.Limit)
            {
                _count++;
                var match = new Dataset();
                foreach (var element in _matches.Dequeue().Where(element => pacs.ReturnsDate || element.Tag != Tags.StudyDate))
                    match.Set(element);
                var isNew = seen.Add(match);
                observe?.Invoke(match, isNew);
                if (isNew)
                    return new ValueTask<Dataset?>(match);
            }

            var status = pacs.Refusal ?? (_matches.Count > 0 ? pacs.StatusAtLimit : DimseStatus.Success);
            var isFailure = status.Class == DimseStatusClass.Failure || (status == DimseStatus.Cancel && _count == 0);
            _end = new QueryEnd(_count, status, WasEnough: false, isFailure ? Failure(status) : null);
            return default;
        }

        public Task StopAsync()
        {
            pacs.Stopped++;
            return Task.CompletedTask;
        }
    }

    private sealed class Rejecting(PacsServer server) : IQueryPeer
    {
        public PacsServer Server => server;

        public Task<IQueryRun> AskAsync(Dataset keys, SeenUids seen, MatchObserver? observe, CancellationToken cancellationToken) =>
            throw new PeerTimeoutException(NetworkPhase.Acse, TimeSpan.FromSeconds(1));

        public Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken) =>
            throw new PeerTimeoutException(NetworkPhase.Acse, TimeSpan.FromSeconds(1));

        public IQueryPeer Another() => this;

        public void Close()
        {
        }

        public void Dispose()
        {
        }
    }
}
