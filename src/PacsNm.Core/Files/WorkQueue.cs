namespace PacsNm.Files;

/// <summary>
/// A queue between two threads. A BlockingCollection spins before it waits; where network, disk and hash share two cores, that
/// was a tenth of all the time they had. This one only waits.
/// </summary>
/// <param name="capacity">
/// How much may wait, by the weight of the items: whoever adds more waits too, until the queue is complete. One item may always wait.
/// </param>
/// <param name="weigh">The weight of an item; null where nothing bounds the queue.</param>
internal sealed class WorkQueue<T>(long capacity = 0, Func<T, long>? weigh = null)
{
    private readonly Queue<T> _items = new();
    private long _weight;
    private bool _isComplete;

    /// <summary>Whether all have been taken and no more come.</summary>
    public bool IsEnded
    {
        get
        {
            lock (_items)
                return _isComplete && _items.Count == 0;
        }
    }

    /// <summary>Adds an item.</summary>
    public void Add(T item)
    {
        var weight = weigh?.Invoke(item) ?? 0;
        lock (_items)
        {
            while (_items.Count > 0 && _weight + weight > capacity && weight > 0 && !_isComplete)
                Monitor.Wait(_items);
            _weight += weight;
            _items.Enqueue(item);
            Monitor.PulseAll(_items);
        }
    }

    /// <summary>Says that no more items come.</summary>
    public void Complete()
    {
        lock (_items)
        {
            _isComplete = true;
            Monitor.PulseAll(_items);
        }
    }

    /// <summary>Takes an item; waits until there is one.</summary>
    public T Take()
    {
        lock (_items)
        {
            while (_items.Count == 0)
                Monitor.Wait(_items);
            return Dequeue();
        }
    }

    /// <summary>Takes an item, if there is one within a time and more may come.</summary>
    public bool TryTake(TimeSpan wait, out T? item)
    {
        lock (_items)
        {
            if (_items.Count == 0 && !_isComplete && wait != TimeSpan.Zero)
                Monitor.Wait(_items, wait);
            var isThere = _items.Count > 0;
            item = isThere ? Dequeue() : default;
            return isThere;
        }
    }

    private T Dequeue()
    {
        Monitor.PulseAll(_items);
        var item = _items.Dequeue();
        _weight -= weigh?.Invoke(item) ?? 0;
        return item;
    }
}
