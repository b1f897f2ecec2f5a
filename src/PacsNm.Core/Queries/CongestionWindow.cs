using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>The objects that arrived while the number of associations was the same.</summary>
internal sealed class CongestionWindow
{
    private readonly List<ObjectTimes> _objects = [];

    /// <summary>The number of associations in use; 0 if the window has no object yet.</summary>
    public int Associations { get; private set; }

    /// <summary>The number of objects.</summary>
    public int Count => _objects.Count;

    /// <summary>When the window began, since the start of the call.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>Adds an object. If more associations are in use than before, the window begins anew.</summary>
    public void Add(ObjectTimes times, int associations, TimeSpan now)
    {
        if (associations > Associations)
        {
            Clear();
            (Associations, Since) = (associations, now);
        }

        _objects.Add(times);
    }

    /// <summary>Removes all objects.</summary>
    public void Clear()
    {
        _objects.Clear();
        Associations = 0;
    }

    /// <summary>Measures the PACS from the objects, of which there must be at least two.</summary>
    public ServiceLevel Measure()
    {
        double[] responses = [.. _objects.Select(one => one.Response.TotalMilliseconds).OrderBy(response => response)];
        return new ServiceLevel(
            responses.Take(responses.Length * 9 / 10).Average(),
            responses[responses.Length * 95 / 100],
            _objects.Sum(one => one.Transfer.TotalMilliseconds) / Math.Max(1, _objects.Sum(one => (double)one.Bytes)));
    }

    /// <summary>
    /// The speed of all associations together, in multiples of the speed of one at the baseline. Each object is compared with the time that
    /// its size takes at the baseline, so that different sizes do not matter.
    /// </summary>
    public double SpeedUp(ServiceLevel baseline)
    {
        double[] slowdowns =
        [
            .. _objects
                .Select(one => (one.Response + one.Transfer).TotalMilliseconds / baseline.TimeFor(one.Bytes))
                .OrderBy(slowdown => slowdown),
        ];
        return Associations / slowdowns[slowdowns.Length / 2];
    }
}
