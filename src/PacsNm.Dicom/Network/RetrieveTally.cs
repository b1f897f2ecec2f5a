namespace PacsNm.Dicom.Network;

/// <summary>
/// Counts what a peer sends in answer to a C-GET, and keeps how it ends. Bytes and objects may be read from any thread; the rest is
/// for one at a time.
/// </summary>
internal sealed class RetrieveTally
{
    private readonly Dictionary<ushort, (string Uid, int Arrival)> _stores = [];
    private readonly Dictionary<string, long> _latest = [];

    /// <summary>All lengths of the instances that came more than once.</summary>
    private readonly Dictionary<string, List<long>> _repeated = [];
    private SubOperationCounts? _earlier;
    private bool _hasCounted;
    private string _current = "";
    private long _currentLength;
    private long _bytes;
    private int _objects;

    /// <summary>Bytes of datasets that have passed.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Objects that have passed whole.</summary>
    public int Objects => Volatile.Read(ref _objects);

    /// <summary>The length of the dataset of each instance that came last, by SOP Instance UID.</summary>
    public IReadOnlyDictionary<string, long> LatestLengths => _latest;

    /// <summary>The final status of the latest association; null until it comes.</summary>
    public DimseStatus? FinalStatus { get; private set; }

    /// <summary>The failure of the latest association; null if there is none.</summary>
    public DimseFailureException? Failure { get; private set; }

    /// <summary>See <see cref="RetrieveObserver.SubOperations"/>.</summary>
    public SubOperationCounts? SubOperations { get; private set; }

    /// <summary>Begins another association. What came before it is kept.</summary>
    public void BeginAssociation()
    {
        _earlier = SubOperations ?? _earlier;
        _hasCounted = false;
        FinalStatus = null;
        Failure = null;
    }

    /// <summary>The length of each dataset that came for an instance, in their order; empty if none came.</summary>
    public IReadOnlyList<long> LengthsOf(string uid) =>
        _repeated.TryGetValue(uid, out var lengths) ? lengths
        : _latest.TryGetValue(uid, out var length) ? [length]
        : [];

    /// <summary>Takes a C-STORE request, whose dataset follows.</summary>
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

    /// <summary>Takes a fragment of the dataset.</summary>
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

    /// <summary>Takes a C-GET response.</summary>
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

        // A PACS that fails fewer than came before does not count what it had no context for.
        var before = _earlier.Completed + _earlier.Warning;
        return counts with
        {
            Completed = (ushort)Math.Min(ushort.MaxValue, counts.Completed + _earlier.Completed),
            Failed = (ushort)(counts.Failed >= before ? counts.Failed - before : counts.Failed),
            Warning = (ushort)Math.Min(ushort.MaxValue, counts.Warning + _earlier.Warning),
        };
    }
}
