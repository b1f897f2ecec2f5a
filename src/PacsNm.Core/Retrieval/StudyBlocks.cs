using PacsNm.Archive;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>A part of a study that one request asks for.</summary>
/// <param name="Request">The request: a series, or instances of one series.</param>
/// <param name="Instances">The instances in it.</param>
internal sealed record StudyBlock(RetrieveRequest Request, IReadOnlyList<PlannedInstance> Instances);

/// <summary>
/// The missing instances of a study, in blocks for several associations. The blocks become smaller towards the end, so that all
/// associations end at about the same time. Thread-safe.
/// </summary>
internal sealed class StudyBlocks
{
    /// <summary>The fewest instances of a block: a request costs as many round trips as one instance.</summary>
    private const int SmallestBlock = 4;

    /// <summary>
    /// The part of the remaining instances that the next blocks of all associations have. More leaves too little to even out the
    /// differences between associations; less makes more requests.
    /// </summary>
    private const double Share = 0.8;

    private readonly object _gate = new();
    private readonly RetrieveRequest _whole;
    private readonly Func<int> _associations;
    private readonly Dictionary<string, int> _lengths;
    private readonly LinkedList<List<PlannedInstance>> _series = new();
    private readonly HashSet<InstanceKey> _returned = [];
    private readonly bool _isBySeries;

    /// <param name="plan">What the study has.</param>
    /// <param name="missing">The instances to ask for.</param>
    /// <param name="whole">The request for everything.</param>
    /// <param name="associations">Returns the number of associations that share the study at the moment.</param>
    /// <param name="isBySeries">Whether only whole series are requested.</param>
    public StudyBlocks(
        StudyPlan plan,
        IEnumerable<PlannedInstance> missing,
        RetrieveRequest whole,
        Func<int> associations,
        bool isBySeries)
    {
        _whole = whole;
        _associations = associations;
        _isBySeries = isBySeries;
        _lengths = BySeries(plan.Listed).ToDictionary(series => series.Key, series => series.Count());
        foreach (var series in BySeries(missing))
            _series.AddLast([.. series]);
    }

    /// <summary>
    /// Whether several associations are faster than one. Each object costs one round trip, and so does each request. A list that may be
    /// truncated is no basis: the study must then be requested as a whole.
    /// </summary>
    /// <param name="plan">What the study has.</param>
    /// <param name="missing">The instances to ask for.</param>
    /// <param name="associations">The number of associations.</param>
    /// <param name="isBySeries">Whether only whole series are requested.</param>
    public static bool IsWorthwhile(StudyPlan plan, IReadOnlyCollection<PlannedInstance> missing, int associations, bool isBySeries)
    {
        var isExact = plan.Counted is { } counted ? counted == plan.Listed.Count : !plan.MayBeTruncated;
        if (associations < 2 || plan.Listed.Count == 0 || !isExact)
            return false;
        var requests = BySeries(missing).Sum(series => isBySeries ? 1 : Math.Max(1, series.Count() / SmallestBlock));
        return requests > 1 && (missing.Count + requests) * 4 <= missing.Count * associations * 3;
    }

    /// <summary>Takes the next block; returns null if there is none now.</summary>
    public StudyBlock? Take()
    {
        lock (_gate)
        {
            var node = _series.First;
            while (node is not null && _isBySeries && node.Value.Count < _lengths[node.Value[0].Key.SeriesInstanceUid])
                node = node.Next;
            if (node is null)
                return null;
            var left = node.Value;
            var room = Math.Max(SmallestBlock, (int)(Share * _series.Sum(series => series.Count) / _associations()));
            var count = _isBySeries || left.Count < room + SmallestBlock ? left.Count : room;
            count = Math.Min(count, _isBySeries ? int.MaxValue : StudyPlan.MaximumUids);
            PlannedInstance[] taken = [.. left.Take(count)];
            left.RemoveRange(0, count);
            if (left.Count == 0)
                _series.Remove(node);
            return new StudyBlock(RequestOf(taken), taken);
        }
    }

    /// <summary>Returns a block that was not asked for.</summary>
    public void PutBack(StudyBlock block)
    {
        lock (_gate)
            _series.AddLast([.. block.Instances]);
    }

    /// <summary>Returns instances that a request did not bring, for another association. Each instance is returned once.</summary>
    public void Return(IEnumerable<PlannedInstance> instances)
    {
        lock (_gate)
        {
            List<PlannedInstance> again = [.. instances.Where(instance => _returned.Add(instance.Key))];
            if (again.Count > 0)
                _series.AddLast(again);
        }
    }

    /// <summary>Drops what is left.</summary>
    public void Clear()
    {
        lock (_gate)
            _series.Clear();
    }

    private static IEnumerable<IGrouping<string, PlannedInstance>> BySeries(IEnumerable<PlannedInstance> instances) =>
        instances.GroupBy(instance => instance.Key.SeriesInstanceUid);

    private RetrieveRequest RequestOf(PlannedInstance[] instances)
    {
        var series = instances[0].Key.SeriesInstanceUid;
        return instances.Length == _lengths[series]
            ? _whole with { SeriesInstanceUid = series, SopInstanceUids = null }
            : _whole with { SeriesInstanceUid = series, SopInstanceUids = [.. instances.Select(instance => instance.Key.SopInstanceUid)] };
    }
}
