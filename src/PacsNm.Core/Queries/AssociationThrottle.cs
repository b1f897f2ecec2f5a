using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// Limits the number of associations of a call. If the PACS rejects an association, the limit is lowered for the rest of the call: to one
/// for required work, or to none for work that can be done later on another association.
/// </summary>
/// <param name="limit">The most associations at a time.</param>
internal sealed class AssociationThrottle(int limit) : IDisposable
{
    private readonly SemaphoreSlim _free = new(limit, limit);
    private int _limit = limit;

    /// <summary>Runs work when an association is allowed. Waits while the PACS rejects it for a temporary reason.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken) =>
        TransientRejection.RetryAsync(() => RunOnceAsync(association, cancellationToken), cancellationToken);

    /// <summary>Runs work on an association beside another one. Does not wait for the PACS.</summary>
    /// <returns>False if the PACS allows no association beside the other one for the rest of the call.</returns>
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
                // The last place is released, so that other waiting work sees that the limit is zero.
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
                // The place is not released, so that the next attempt waits until another association has ended.
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

    /// <summary>A PACS without a free association rejects the request or does not answer it.</summary>
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
