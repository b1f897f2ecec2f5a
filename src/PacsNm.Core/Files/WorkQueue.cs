namespace PacsNm.Files;

/// <summary>
/// A queue between threads. Unlike BlockingCollection it does not spin before it waits: on two cores that network, disk and hash
/// share, spinning took a tenth of the processor time.
/// </summary>
/// <param name="capacity">
/// The total weight of the items that the queue holds. An empty queue accepts an item of any weight, and a complete queue has no limit.
/// </param>
/// <param name="weigh">Returns the weight of an item; null for a queue without a limit.</param>
internal sealed class WorkQueue<T>(long capacity = 0, Func<T, long>? weigh = null)
{
    private readonly Queue<T> _items = new();
    private long _weight;
    private bool _isComplete;

    /// <summary>Whether the queue is complete and empty.</summary>
    public bool IsEnded
    {
        get
        {
            lock (_items)
                return _isComplete && _items.Count == 0;
        }
    }

    /// <summary>Adds an item. Waits while the queue is full.</summary>
    public void Add(T item)
    {
        var weight = weigh?.Invoke(item) ?? 0;
        lock (_items)
        {
            while (IsFullFor(weight))
                Monitor.Wait(_items);
            Enqueue(item, weight);
        }
    }

    /// <summary>Adds an item, unless the queue is full.</summary>
    /// <returns>Whether the item was added.</returns>
    public bool TryAdd(T item)
    {
        var weight = weigh?.Invoke(item) ?? 0;
        lock (_items)
        {
            if (IsFullFor(weight))
                return false;
            Enqueue(item, weight);
            return true;
        }
    }

    /// <summary>Marks the queue as complete: takers do not wait for further items.</summary>
    public void Complete()
    {
        lock (_items)
        {
            _isComplete = true;
            Monitor.PulseAll(_items);
        }
    }

    /// <summary>Takes an item. Waits while the queue is empty.</summary>
    public T Take()
    {
        lock (_items)
        {
            while (_items.Count == 0)
                Monitor.Wait(_items);
            return Dequeue();
        }
    }

    /// <summary>Takes an item. Waits up to a limit while the queue is empty and not complete.</summary>
    /// <returns>Whether an item was taken.</returns>
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

    private bool IsFullFor(long weight) => _items.Count > 0 && _weight + weight > capacity && weight > 0 && !_isComplete;

    private void Enqueue(T item, long weight)
    {
        _weight += weight;
        _items.Enqueue(item);
        Monitor.PulseAll(_items);
    }

    private T Dequeue()
    {
        Monitor.PulseAll(_items);
        var item = _items.Dequeue();
        _weight -= weigh?.Invoke(item) ?? 0;
        return item;
    }
}
