using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// Holds a call to so many associations at a time. A PACS that has none free for us lowers the number for the rest of
/// the call: to one, which is waited for, or to none for work that another association can do later.
/// </summary>
/// <param name="limit">Associations at most.</param>
internal sealed class AssociationThrottle(int limit) : IDisposable
{
    private readonly SemaphoreSlim _free = new(limit, limit);
    private int _limit = limit;

    /// <summary>Does what needs an association, when one may be had.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken) =>
        TransientRejection.RetryAsync(() => RunOnceAsync(association, cancellationToken), cancellationToken);

    /// <summary>Does what needs an association beside another one, unless the PACS has none free. It is not waited for.</summary>
    /// <returns>False if there is none, now and for the rest of the call.</returns>
    public async Task<bool> TryRunAsync(Func<Task> association, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _limit) > 0)
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
            var isFree = true;
            try
            {
                if (Volatile.Read(ref _limit) == 0)
                    break;
                await association().ConfigureAwait(false);
                return true;
            }
            catch (DicomNetworkException exception) when (IsNoneFree(exception))
            {
                // The last place is given back, so that whoever waits for one sees that there is none.
                isFree = Interlocked.Decrement(ref _limit) == 0;
            }
            finally
            {
                if (isFree)
                    _free.Release();
            }
        }

        return false;
    }

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
            catch (AssociationRejectedException exception) when (exception.Reject is { IsTransient: true })
            {
                // The place is not given back: the next try is when another association has ended.
                isLowered = TryLower();
                if (!isLowered)
                    throw;
            }
            finally
            {
                if (!isLowered)
                    _free.Release();
            }
        }
    }

    /// <summary>A PACS that has no more associations rejects one, or lets it wait.</summary>
    private static bool IsNoneFree(DicomNetworkException exception) =>
        exception is AssociationRejectedException or PeerTimeoutException { Phase: NetworkPhase.Acse };

    private bool TryLower()
    {
        if (Interlocked.Decrement(ref _limit) >= 1)
            return true;
        Interlocked.Increment(ref _limit);
        return false;
    }
}
