namespace PacsNm.Files;

/// <summary>
/// Does work on several threads, and returns the results in the order of the items. Some items are ahead, so memory is bounded.
/// </summary>
/// <param name="threads">The number of threads.</param>
/// <param name="tick">Called on the caller's thread at least every 200 ms.</param>
internal sealed class OrderedWork(int threads, Action tick)
{
    /// <summary>How far the threads may be ahead of the consumer. Small items then do not wait for one large item.</summary>
    private const int ItemsPerThread = 64;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Does the work. The items are enumerated on the caller's thread. When the caller stops early, work that was begun is cancelled.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="work">The work on an item. It ends soon after a cancellation.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IEnumerable<TResult> Run<TItem, TResult>(
        IEnumerable<TItem> items,
        Func<TItem, CancellationToken, TResult> work,
        CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = stopping.Token;
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
        var factory = new TaskFactory(token, TaskCreationOptions.None, TaskContinuationOptions.None, scheduler);
        var ahead = new Queue<Task<TResult>>();
        try
        {
            foreach (var item in items)
            {
                ahead.Enqueue(factory.StartNew(() => work(item, token)));
                if (ahead.Count == threads * ItemsPerThread)
                    yield return Wait(ahead.Dequeue());
            }

            while (ahead.Count > 0)
                yield return Wait(ahead.Dequeue());
        }
        finally
        {
            // Nothing works on a file after the caller went on.
            stopping.Cancel();
            foreach (var task in ahead)
                Settle(task);
        }
    }

    private static void Settle(Task task)
    {
        try
        {
            task.Wait();
        }
        catch (AggregateException)
        {
            // Its result is not wanted any more.
        }
    }

    private T Wait<T>(Task<T> task)
    {
        while (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(TickInterval))
            tick();
        tick();
        return task.GetAwaiter().GetResult();
    }
}
