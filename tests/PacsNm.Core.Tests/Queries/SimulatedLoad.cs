using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>
/// A retrieval and a clinical client at one PACS, in virtual time. The PACS has the load curve of the practice PACS's quirk Capacity. The
/// clinical client asks one C-FIND per 100 ms. Times are in milliseconds.
/// </summary>
internal sealed class SimulatedLoad(int seed)
{
    private const double ObjectService = 20;
    private const double QueryService = 40;
    private const double ExtraService = 10;

    /// <summary>What an association needs between two requests besides the transfer, at the PACS and here.</summary>
    private const double RoundTrip = 2;

    /// <summary>The objects after which an association may be given back.</summary>
    private const int Block = 16;

    private readonly PriorityQueue<Action, (double Time, long Order)> _events = new();
    private readonly Queue<Action> _waiting = new();
    private readonly Random _random = new(seed);
    private readonly List<double> _clinical = [];
    private readonly List<(double Time, int Limit)> _limits = [];
    private Func<int> _limit = () => 0;
    private Action<ObjectTimes> _add = _ => { };
    private double _now;
    private double _linkIsFree;
    private long _order;
    private int _operations;
    private int _served;
    private int _inUse;

    /// <summary>The operations that the PACS serves at a time, by the time.</summary>
    public Func<double, int> Capacity { get; init; } = _ => int.MaxValue;

    /// <summary>The part by which each time may vary in both directions.</summary>
    public double Jitter { get; init; }

    /// <summary>The bytes per millisecond of the link that the associations share.</summary>
    public double Bandwidth { get; init; } = 1_000_000;

    public Func<Random, long> Size { get; init; } = _ => 500_000;

    public bool HasClinicalClient { get; init; } = true;

    public double Duration { get; init; } = 60_000;

    /// <summary>The objects that were retrieved.</summary>
    public int Objects { get; private set; }

    /// <summary>The 95th percentile of the clinical client's response times.</summary>
    public double ClinicalPercentile => _clinical.Order().ElementAt(_clinical.Count * 95 / 100);

    /// <summary>Retrieves with a fixed number of associations.</summary>
    public SimulatedLoad Run(int associations)
    {
        _limit = () => associations;
        return Run();
    }

    /// <summary>Retrieves with the number of associations that the control says.</summary>
    public SimulatedLoad Run(CongestionControl control)
    {
        _limit = () => control.Limit;
        _add = times => control.Add(times, _inUse, Span(_now));
        return Run();
    }

    /// <summary>The part of a period in which the limit was in a range.</summary>
    public double ShareOfTime(int lowest, int highest, double from, double to)
    {
        var ends = _limits.Skip(1).Select(next => next.Time).Append(Duration);
        return _limits
            .Zip(ends)
            .Where(step => step.First.Limit >= lowest && step.First.Limit <= highest)
            .Sum(step => Math.Max(0, Math.Min(to, step.Second) - Math.Max(from, step.First.Time))) / (to - from);
    }

    private SimulatedLoad Run()
    {
        if (HasClinicalClient)
            At(37, Ask);
        Open();
        while (_events.TryDequeue(out var action, out var due) && due.Time < Duration)
        {
            _now = due.Time;
            action();
        }

        return this;
    }

    private void Open()
    {
        var limit = _limit();
        if (_limits.Count == 0 || _limits[^1].Limit != limit)
            _limits.Add((_now, limit));
        for (; _inUse < limit; _inUse++)
            At(_now + 5 + (5 * _random.NextDouble()), () => Request(Block));
    }

    private void Request(int left)
    {
        var requested = _now;
        Serve(ObjectService, () =>
        {
            var size = Size(_random);
            var firstByte = Math.Max(_now, _linkIsFree);
            _linkIsFree = firstByte + (size / Bandwidth);
            At(_linkIsFree + Varied(RoundTrip), () => Take(requested, firstByte, size, left));
        });
    }

    private void Take(double requested, double firstByte, long size, int left)
    {
        Objects++;
        _add(new ObjectTimes(Span(firstByte - requested), Span(_now - firstByte), size));
        if (left == 1 && _inUse > _limit())
            _inUse--;
        else
            Request(left == 1 ? Block : left - 1);
        Open();
    }

    private void Ask()
    {
        var begin = _now;
        Serve(QueryService, () =>
        {
            _clinical.Add(_now - begin);
            At(Math.Max(_now, begin + 98 + (4 * _random.NextDouble())), Ask);
        });
    }

    private void Serve(double service, Action then)
    {
        _operations++;
        var time = Varied(service + (ExtraService * Math.Max(0, _operations - Capacity(_now))));
        if (_served < Capacity(_now))
            Begin(time, then);
        else
            _waiting.Enqueue(() => Begin(time, then));
    }

    private void Begin(double time, Action then)
    {
        _served++;
        At(_now + time, () =>
        {
            _served--;
            _operations--;
            while (_waiting.Count > 0 && _served < Capacity(_now))
                _waiting.Dequeue()();
            then();
        });
    }

    private double Varied(double time) => time * (1 + (Jitter * ((2 * _random.NextDouble()) - 1)));

    private void At(double time, Action action) => _events.Enqueue(action, (time, _order++));

    private static TimeSpan Span(double milliseconds) => TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
}
