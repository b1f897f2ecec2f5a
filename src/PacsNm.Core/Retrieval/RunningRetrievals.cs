using System.Runtime.ExceptionServices;
using PacsNm.Files;

namespace PacsNm.Retrieval;

/// <summary>
/// Retrievals that run beside the pipeline's thread. Only that thread may write to the pipeline, so the retrievals queue messages that
/// it runs.
/// </summary>
internal sealed class RunningRetrievals : IDisposable
{
    /// <summary>The number of messages that the queue holds.</summary>
    private const int Capacity = 1024;

    /// <summary>The last message of each retrieval.</summary>
    private static readonly Action Ended = () => { };

    private readonly WorkQueue<Action> _messages = new(Capacity, static _ => 1);
    private readonly CancellationTokenSource _ending;

    /// <param name="stopping">Cancels all retrievals.</param>
    public RunningRetrievals(CancellationToken stopping) => _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    /// <summary>The number of retrievals whose last message was not yet read.</summary>
    public int Running { get; private set; }

    /// <summary>Starts a retrieval on the thread pool. An exception of it is thrown again by <see cref="Listen"/>.</summary>
    public void Start(Func<CancellationToken, Task> job)
    {
        Running++;
        var token = _ending.Token;
        _ = Task.Run(async () =>
        {
            try
            {
                await job(token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                var defect = ExceptionDispatchInfo.Capture(exception);
                Say(defect.Throw);
            }
            finally
            {
                Say(Ended);
            }
        });
    }

    /// <summary>Queues a message for the pipeline's thread. Waits while the queue is full. Called by a retrieval.</summary>
    public void Say(Action message) => _messages.Add(message);

    /// <summary>
    /// Queues a message that may be lost. The queue is full while the pipeline's thread waits elsewhere, and an association must not
    /// wait for it.
    /// </summary>
    public void Mention(Action message) => _messages.TryAdd(message);

    /// <summary>Runs the next message, and waits up to a limit for it. Called by the pipeline's thread.</summary>
    /// <returns>Whether there was a message.</returns>
    public bool Listen(TimeSpan wait)
    {
        if (!_messages.TryTake(wait, out var message))
            return false;
        if (message == Ended)
            Running--;
        else
            message!();
        return true;
    }

    /// <summary>Cancels all retrievals. Their messages can still be read.</summary>
    public void Cancel() => _ending.Cancel();

    /// <summary>Cancels all retrievals and waits until they have ended. Their remaining messages are dropped.</summary>
    public void Dispose()
    {
        Cancel();
        while (Running > 0)
        {
            if (_messages.Take() == Ended)
                Running--;
        }

        _ending.Dispose();
    }
}
