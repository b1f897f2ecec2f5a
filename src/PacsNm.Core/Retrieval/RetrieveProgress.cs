using System.Diagnostics;
using PacsNm.Dicom.Network;

namespace PacsNm.Retrieval;

/// <summary>How far the retrieval of a study has come. Written by its threads, read by the pipeline's.</summary>
/// <param name="title">What is retrieved.</param>
/// <param name="stepped">Is told of each step when it begins.</param>
internal sealed class RetrieveProgress(string title, Action<string> stepped)
{
    private readonly List<RetrieveObserver> _observers = [];
    private readonly Stopwatch _clock = new();
    private int _told;
    private int? _expected;

    /// <summary>What is retrieved.</summary>
    public string Title { get; } = title;

    /// <summary>What is being done, in a few words.</summary>
    public string Step
    {
        get;
        set
        {
            field = value;
            stepped(value);
        }
    } = "";

    /// <summary>Instances that have arrived.</summary>
    public int Objects
    {
        get
        {
            lock (_observers)
                return _observers.Sum(observer => observer.Objects) + _told;
        }
    }

    /// <summary>Bytes that have arrived, as far as they were seen.</summary>
    public long Bytes
    {
        get
        {
            lock (_observers)
                return _observers.Sum(observer => observer.Bytes);
        }
    }

    /// <summary>How much of the study has arrived, in percent; -1 where nobody knows.</summary>
    public int Percent => _expected is > 0 and var expected ? Math.Min(100, 100 * Objects / expected) : -1;

    /// <summary>Seconds that the rest takes at this rate; -1 where nobody knows.</summary>
    public int SecondsRemaining =>
        _expected is { } expected && Objects is > 0 and var objects && objects <= expected
            ? (int)Math.Ceiling(_clock.Elapsed.TotalSeconds * (expected - objects) / objects)
            : -1;

    /// <summary>Begins to retrieve.</summary>
    /// <param name="step">In words.</param>
    /// <param name="expected">Instances to come; null where nobody knows.</param>
    public void Begin(string step, int? expected)
    {
        Step = step;
        _expected = expected;
        _clock.Start();
    }

    /// <summary>Adds what another association brings.</summary>
    public void Add(RetrieveObserver observer)
    {
        lock (_observers)
            _observers.Add(observer);
    }

    /// <summary>Counts an object that a retriever tells of, where nobody observes what passes.</summary>
    public void Read(string line, RetrieveObserver observer)
    {
        if (!line.Contains("Received C-STORE Request") && !line.Contains("Received Store Request"))
            return;
        lock (_observers)
        {
            if (observer.ProposedSopClasses.Count == 0)
                _told++;
        }
    }

    /// <summary>Instances, and where they were seen, bytes and MB/s.</summary>
    public override string ToString()
    {
        var count = _expected is { } expected ? $"{Objects} of {expected} instances" : $"{Objects} instances";
        var megabytes = Bytes / 1e6;
        var seconds = _clock.Elapsed.TotalSeconds;
        return megabytes == 0 || seconds == 0 ? count : $"{count}, {megabytes:0.0} MB, {megabytes / seconds:0.0} MB/s";
    }
}
