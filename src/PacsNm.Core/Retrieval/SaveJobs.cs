using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace PacsNm.Retrieval;

/// <summary>
/// Retrievals under way beside the pipeline's thread. Only that thread may write to the pipeline: what they have to say
/// waits in a queue for it.
/// </summary>
internal sealed class SaveJobs : IDisposable
{
    private const int QueueLength = 1024;

    /// <summary>The word of a retrieval that has ended.</summary>
    private static readonly Action Ended = () => { };

    private readonly BlockingCollection<Action> _messages = new(QueueLength);
    private readonly CancellationTokenSource _ending;

    /// <param name="stopping">Ends all of them.</param>
    public SaveJobs(CancellationToken stopping) => _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    /// <summary>How many are under way; one whose last word has not been heard is.</summary>
    public int Running { get; private set; }

    /// <summary>Starts one.</summary>
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

    /// <summary>Has the pipeline's thread do something. To be called by a retrieval.</summary>
    public void Say(Action message) => _messages.Add(message);

    /// <summary>
    /// The same for what may be lost: while the pipeline's thread waits elsewhere the queue can be full, and an association
    /// must not wait for it.
    /// </summary>
    public void Mention(Action message) => _messages.TryAdd(message);

    /// <summary>Does one thing that a retrieval has to say, if there is any within a time. To be called by the pipeline's thread.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Listen(TimeSpan wait)
    {
        if (!_messages.TryTake(out var message, wait))
            return false;
        if (message == Ended)
            Running--;
        else
            message();
        return true;
    }

    /// <summary>Asks all of them to end; what they have to say may still be listened to.</summary>
    public void Cancel() => _ending.Cancel();

    /// <summary>Ends all of them, and waits until they have; what else they say is lost on a pipeline that takes no more.</summary>
    public void Dispose()
    {
        Cancel();
        while (Running > 0)
        {
            if (_messages.Take() == Ended)
                Running--;
        }

        _messages.Dispose();
        _ending.Dispose();
    }
}
