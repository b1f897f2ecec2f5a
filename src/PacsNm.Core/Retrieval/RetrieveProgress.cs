using System.Diagnostics;
using PacsNm.Dicom.Network;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>The progress of the retrieval of a study. Its threads write it, and the pipeline's thread reads it.</summary>
/// <param name="title">What is retrieved.</param>
/// <param name="stepped">Called with each step when it begins.</param>
internal sealed class RetrieveProgress(string title, Action<string> stepped)
{
    private readonly List<RetrieveObserver> _observers = [];
    private readonly Stopwatch _clock = new();
    private int _told;
    private int? _expected;

    /// <summary>What is retrieved.</summary>
    public string Title { get; } = title;

    /// <summary>The current step, in a few words.</summary>
    public string Step
    {
        get;
        set
        {
            field = value;
            stepped(value);
        }
    } = "";

    /// <summary>The number of instances that have arrived.</summary>
    public int Objects
    {
        get
        {
            lock (_observers)
                return _observers.Sum(observer => observer.Objects) + _told;
        }
    }

    /// <summary>The number of bytes that have arrived, if they are observed.</summary>
    public long Bytes
    {
        get
        {
            lock (_observers)
                return _observers.Sum(observer => observer.Bytes);
        }
    }

    /// <summary>The part of the study that has arrived, in percent; -1 if unknown.</summary>
    public int Percent => _expected is > 0 and var expected ? Math.Min(100, 100 * Objects / expected) : -1;

    /// <summary>The seconds until the end at the current rate; -1 if unknown.</summary>
    public int SecondsRemaining =>
        _expected is { } expected && Objects is > 0 and var objects && objects <= expected
            ? (int)Math.Ceiling(_clock.Elapsed.TotalSeconds * (expected - objects) / objects)
            : -1;

    /// <summary>Begins the retrieval of instances.</summary>
    /// <param name="step">The step, in a few words.</param>
    /// <param name="expected">The number of instances to come; null if unknown.</param>
    public void Begin(string step, int? expected)
    {
        Step = step;
        _expected = expected;
        _clock.Start();
    }

    /// <summary>Adds the objects of a further association.</summary>
    public void Add(RetrieveObserver observer)
    {
        lock (_observers)
            _observers.Add(observer);
    }

    /// <summary>Counts the object that a line of a program reports, if no observer sees the objects.</summary>
    public void Read(string line, RetrieveObserver observer)
    {
        if (!DcmtkRun.IsObject(line))
            return;
        lock (_observers)
        {
            if (observer.ProposedSopClasses.Count == 0)
                _told++;
        }
    }

    /// <summary>The instances, and if they are observed, the bytes and the rate in MB/s.</summary>
    public override string ToString()
    {
        var count = _expected is { } expected ? $"{Objects} of {expected} instances" : $"{Objects} instances";
        var megabytes = Bytes / 1e6;
        var seconds = _clock.Elapsed.TotalSeconds;
        return megabytes == 0 || seconds == 0 ? count : $"{count}, {megabytes:0.0} MB, {megabytes / seconds:0.0} MB/s";
    }
}
