using System.Management.Automation;
using PacsNm.Files;

namespace PacsNm.Commands;

/// <summary>
/// A cmdlet whose work can be stopped. StopProcessing, which runs on another thread, only cancels; the pipeline thread does the rest.
/// </summary>
public abstract class PacsCommand : PSCmdlet, IDisposable
{
    /// <summary>How long to wait for a line before the end of the work is checked again. The end of the work also ends the wait.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled by Ctrl+C.</summary>
    private protected CancellationToken StopToken => _stopping.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <summary>Frees the resources of the cmdlet. The engine calls it in every case at the end of the pipeline.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stopping.Dispose();
    }

    /// <summary>
    /// Reports an unusable input. With pipeline input the error does not end the call, because other inputs may follow. Without pipeline
    /// input it ends the call.
    /// </summary>
    private protected void Refuse(ErrorRecord error)
    {
        if (!MyInvocation.ExpectingInput)
            ThrowTerminatingError(error);
        WriteError(error);
    }

    /// <summary>Waits on the pipeline thread. A wait that Ctrl+C ends stops the pipeline.</summary>
    private protected T Await<T>(ValueTask<T> task)
    {
        try
        {
            return task.IsCompleted ? task.Result : task.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc cref="Await{T}(ValueTask{T})"/>
    private protected T Await<T>(Task<T> task) => Await(new ValueTask<T>(task));

    /// <inheritdoc cref="Await{T}(ValueTask{T})"/>
    private protected void Await(Task task) => Await(WithResultAsync(task));

    /// <summary>Waits for work that reports its progress in lines. The lines are written as verbose text while the work runs.</summary>
    private protected T Await<T>(Func<Action<string>, Task<T>> work)
    {
        var lines = new WorkQueue<string>();
        var running = Task.Run(async () =>
        {
            try
            {
                return await work(lines.Add).ConfigureAwait(false);
            }
            finally
            {
                lines.Complete();
            }
        });
        while (!lines.IsEnded)
        {
            if (lines.TryTake(LongestWait, out var line))
                WriteVerbose(line!);
        }

        return Await(running);
    }

    private static async Task<bool> WithResultAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
