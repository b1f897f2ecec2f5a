using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// Limits the number of associations of a call. Work waits in order for a place. If the PACS rejects an association, the limit is lowered
/// for the rest of the call: to one for required work, or to none for work that can be done later on another association.
/// </summary>
/// <param name="limit">The most associations at a time.</param>
/// <param name="lowered">Called with the new limit when the PACS has lowered it; null for none.</param>
internal sealed class AssociationThrottle(int limit, Action<int>? lowered = null)
{
    private readonly object _gate = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private int _limit = limit;
    private int _taken;

    /// <summary>The most associations at a time.</summary>
    public int Limit
    {
        get
        {
            lock (_gate)
                return _limit;
        }
    }

    /// <summary>Sets the limit. It is read while no rejection can lower it.</summary>
    public void SetLimit(Func<int> read)
    {
        lock (_gate)
        {
            _limit = read();
            Admit();
        }
    }

    /// <summary>The most associations that work had at the same time.</summary>
    public int Most { get; private set; }

    /// <summary>The number of associations that work has now.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
                return _taken;
        }
    }

    /// <summary>The number of associations that work could have now.</summary>
    public int Free
    {
        get
        {
            lock (_gate)
                return Math.Max(0, _limit - _taken);
        }
    }

    /// <summary>Runs work when an association is allowed. Waits while the PACS rejects it for a temporary reason.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken) =>
        TransientRejection.RetryAsync(() => RunOnceAsync(association, cancellationToken), cancellationToken);

    /// <summary>
    /// Runs work when an association is allowed. If the PACS rejects it for a temporary reason, waits until another association of the call
    /// has ended, but not for the PACS.
    /// </summary>
    public async Task<T> RunOnceAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken)
    {
        while (true)
        {
            await EnterAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await association().ConfigureAwait(false);
            }
            catch (AssociationRejectedException exception) when (exception.Reject is { IsTransient: true })
            {
                if (!TryLower(least: 1))
                    throw;
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>Runs work on an association beside another one. Does not wait for the PACS.</summary>
    /// <returns>False if the PACS allows no association beside the other one for the rest of the call.</returns>
    public async Task<bool> TryRunAsync(Func<Task> association, CancellationToken cancellationToken)
    {
        while (Limit > 0)
        {
            await EnterAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (Limit == 0)
                    break;
                await association().ConfigureAwait(false);
                return true;
            }
            catch (DicomNetworkException exception) when (IsNoneFree(exception))
            {
                TryLower(least: 0);
            }
            finally
            {
                Leave();
            }
        }

        return false;
    }

    /// <summary>Whether a PACS has no free association: it rejects the request or does not answer it.</summary>
    public static bool IsNoneFree(DicomNetworkException exception) =>
        exception is AssociationRejectedException or PeerTimeoutException { Phase: NetworkPhase.Acse };

    /// <summary>Lowers the limit by one for the rest of the call.</summary>
    /// <returns>False if the limit is as low as it may be.</returns>
    public bool TryLower(int least)
    {
        lock (_gate)
        {
            if (_limit <= least)
                return false;
            _limit--;
            lowered?.Invoke(_limit);
            return true;
        }
    }

    /// <summary>Lowers the limit for the rest of the call, if it is higher.</summary>
    /// <param name="limit">The limit that the user has set for the PACS; 0 for none.</param>
    public void LowerTo(int limit)
    {
        if (limit == 0)
            return;
        lock (_gate)
        {
            // The limit may be lower now and grow later.
            lowered?.Invoke(limit);
            _limit = Math.Min(_limit, limit);
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        var admitted = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue(admitted);
            Admit();
        }

        using (cancellationToken.Register(() => admitted.TrySetCanceled(cancellationToken)))
            await admitted.Task.ConfigureAwait(false);
    }

    private void Leave()
    {
        lock (_gate)
        {
            _taken--;
            Admit();
        }
    }

    /// <summary>Admits work that waits. Without any place, all of it is admitted, so that it sees that the limit is zero.</summary>
    private void Admit()
    {
        while (_waiting.Count > 0 && (_taken < _limit || _limit == 0))
        {
            if (_waiting.Dequeue().TrySetResult(true))
                Most = Math.Max(Most, ++_taken);
        }
    }
}
