namespace PacsNm.Dicom.Network;

/// <summary>Waits for tasks with a limit.</summary>
internal static class TaskExtensions
{
    /// <summary>Waits for a task. If the wait ends first, the task continues.</summary>
    /// <exception cref="TimeoutException">The limit was exceeded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<T> WithinAsync<T>(this Task<T> task, TimeSpan limit, CancellationToken cancellationToken)
    {
#if NET
        return await task.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
#else
        if (!task.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var delay = Task.Delay(limit, stop.Token);
            var first = await Task.WhenAny(task, delay).ConfigureAwait(false);
            if (first != task)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException();
            }

            stop.Cancel();
        }

        return await task.ConfigureAwait(false);
#endif
    }

    /// <inheritdoc cref="WithinAsync{T}"/>
    public static Task WithinAsync(this Task task, TimeSpan limit, CancellationToken cancellationToken) =>
        WithResultAsync(task).WithinAsync(limit, cancellationToken);

    /// <summary>Ignores the failure of a task that is not awaited.</summary>
    public static void Forget(this Task task) =>
        task.ContinueWith(
            static finished => _ = finished.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static async Task<bool> WithResultAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
