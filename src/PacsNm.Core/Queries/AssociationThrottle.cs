using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// Holds a call to so many associations at a time. A PACS that has none free for us lowers the number for the rest of
/// the call.
/// </summary>
/// <param name="limit">Associations at most.</param>
internal sealed class AssociationThrottle(int limit) : IDisposable
{
    private readonly SemaphoreSlim _free = new(limit, limit);
    private int _limit = limit;

    /// <summary>Does what needs an association, when one may be had.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken) =>
        TransientRejection.RetryAsync(() => RunOnceAsync(association, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private async Task<T> RunOnceAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
            var isLowered = false;
            try
            {
                return await association().ConfigureAwait(false);
            }
            catch (AssociationRejectedException exception) when (exception.Reject is { IsTransient: true } && TryLower())
            {
                // The place is not given back: the next try is when another association has ended.
                isLowered = true;
            }
            finally
            {
                if (!isLowered)
                    _free.Release();
            }
        }
    }

    private bool TryLower()
    {
        if (Interlocked.Decrement(ref _limit) >= 1)
            return true;
        Interlocked.Increment(ref _limit);
        return false;
    }
}
