using PacsNm.Dicom.Network;

namespace PacsNm.Retrieval;

/// <summary>How far the retrieval of a study has come. Written by its thread, read by the pipeline's.</summary>
internal sealed class RetrieveProgress
{
    private readonly List<RetrieveObserver> _observers = [];

    /// <summary>Instances expected; null where nobody knows.</summary>
    public int? Expected { get; set; }

    /// <summary>What is being done, in a few words.</summary>
    public string Step { get; set; } = "";

    /// <summary>Instances that have arrived.</summary>
    public int Objects
    {
        get
        {
            lock (_observers)
                return _observers.Sum(observer => observer.Objects);
        }
    }

    /// <summary>Bytes that have arrived.</summary>
    public long Bytes
    {
        get
        {
            lock (_observers)
                return _observers.Sum(observer => observer.Bytes);
        }
    }

    /// <summary>Adds what another association brings.</summary>
    public void Add(RetrieveObserver observer)
    {
        lock (_observers)
            _observers.Add(observer);
    }
}
