namespace PacsNm.Dicom.Network;

/// <summary>
/// Counts the objects that a peer sends in answer to a C-GET, and stores the final status. Bytes and objects may be read from any
/// thread; the other members are not thread-safe.
/// </summary>
internal sealed class RetrieveTally
{
    private readonly Dictionary<ushort, (string Uid, int Arrival)> _stores = [];
    private readonly Dictionary<string, long> _latest = [];

    /// <summary>All lengths of the instances that arrived more than once.</summary>
    private readonly Dictionary<string, List<long>> _repeated = [];
    private SubOperationCounts? _earlier;
    private bool _hasCounted;
    private string _current = "";
    private long _currentLength;
    private long _bytes;
    private int _objects;

    /// <summary>The number of dataset bytes transferred.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The number of objects transferred completely.</summary>
    public int Objects => Volatile.Read(ref _objects);

    /// <summary>The latest dataset length of each instance, by SOP Instance UID.</summary>
    public IReadOnlyDictionary<string, long> LatestLengths => _latest;

    /// <summary>The final status of the latest association; null until it arrives.</summary>
    public DimseStatus? FinalStatus { get; private set; }

    /// <summary>The failure of the latest association; null if there is none.</summary>
    public DimseFailureException? Failure { get; private set; }

    /// <summary>See <see cref="RetrieveObserver.SubOperations"/>.</summary>
    public SubOperationCounts? SubOperations { get; private set; }

    /// <summary>Begins another association. Earlier results are kept.</summary>
    public void BeginAssociation()
    {
        _earlier = SubOperations ?? _earlier;
        _hasCounted = false;
        FinalStatus = null;
        Failure = null;
    }

    /// <summary>The length of each dataset that arrived for an instance, in order; empty if none arrived.</summary>
    public IReadOnlyList<long> LengthsOf(string uid) =>
        _repeated.TryGetValue(uid, out var lengths) ? lengths
        : _latest.TryGetValue(uid, out var length) ? [length]
        : [];

    /// <summary>Adds a C-STORE request, whose dataset follows.</summary>
    public void Begin(CommandSet store)
    {
        _current = store.SopInstanceUid!;
        _currentLength = 0;
        if (_latest.TryGetValue(_current, out var earlier))
        {
            if (!_repeated.TryGetValue(_current, out var lengths))
                _repeated[_current] = lengths = [earlier];
            lengths.Add(RetrieveObserver.Unfinished);
        }

        _latest[_current] = RetrieveObserver.Unfinished;
        _stores[store.MessageId] = (_current, LengthsOf(_current).Count - 1);
    }

    /// <summary>Adds a fragment of the dataset.</summary>
    public void Add(int length, bool isLast)
    {
        Interlocked.Add(ref _bytes, length);
        _currentLength += length;
        if (!isLast)
            return;
        _latest[_current] = _currentLength;
        if (_repeated.TryGetValue(_current, out var lengths))
            lengths[lengths.Count - 1] = _currentLength;
        Interlocked.Increment(ref _objects);
    }

    /// <summary>Adds a C-GET response.</summary>
    public void Add(CommandSet response)
    {
        if (response.SubOperations is { } counts)
        {
            SubOperations = Sum(counts);
            _hasCounted = true;
        }

        if (response.Status.Class == DimseStatusClass.Pending)
            return;
        FinalStatus = response.Status;
        Failure = response.Status.Class == DimseStatusClass.Failure ? new DimseFailureException("C-GET", response) : null;
        if (!_hasCounted)
            SubOperations = null;
    }

    /// <summary>Looks up the instance that a C-STORE response of a retriever reports as stored.</summary>
    /// <returns>False for any other message.</returns>
    public bool TryGetStored(CommandSet answer, out string uid, out long length)
    {
        (uid, length) = ("", 0);
        if (answer.Field != CommandField.StoreResponse || !_stores.TryGetValue(answer.MessageId, out var store)
            || answer.Status.Class is not (DimseStatusClass.Success or DimseStatusClass.Warning))
        {
            return false;
        }

        (uid, length) = (store.Uid, LengthsOf(store.Uid)[store.Arrival]);
        return true;
    }

    private SubOperationCounts Sum(SubOperationCounts counts)
    {
        if (_earlier is null)
            return counts;

        // If a PACS reports fewer failures than objects arrived before, it does not count objects without a presentation context.
        var before = _earlier.Completed + _earlier.Warning;
        return counts with
        {
            Completed = (ushort)Math.Min(ushort.MaxValue, counts.Completed + _earlier.Completed),
            Failed = (ushort)(counts.Failed >= before ? counts.Failed - before : counts.Failed),
            Warning = (ushort)Math.Min(ushort.MaxValue, counts.Warning + _earlier.Warning),
        };
    }
}
