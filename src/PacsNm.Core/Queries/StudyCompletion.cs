using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>
/// Keeps studies in order while their modalities are looked up. Studies that cannot be looked up while the query runs are deferred to its
/// end.
/// </summary>
/// <param name="lookup">The look-ups; null for none.</param>
/// <param name="limit">The most studies that may wait.</param>
/// <param name="isBeside">Whether to use further associations. The few studies of a row do not need them.</param>
internal sealed class StudyCompletion(ModalityLookup? lookup, int limit, bool isBeside)
{
    private readonly Queue<(Dataset Study, Task<bool> Lookup)> _waiting = new();
    private readonly Queue<Dataset> _deferred = new();

    /// <summary>Whether a study waits for its modalities.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Whether the limit of waiting studies is reached.</summary>
    public bool IsFull => _waiting.Count >= limit;

    /// <summary>Whether a study was deferred.</summary>
    public bool HasDeferred => _deferred.Count > 0;

    /// <summary>Adds a study that must wait.</summary>
    /// <returns>False if the study is complete and no study before it waits.</returns>
    public bool TryAdd(Dataset study, CancellationToken cancellationToken)
    {
        var isNeeded = lookup is not null && ModalityLookup.IsNeeded(study);
        if (!isNeeded && !IsWaiting)
            return false;
        _waiting.Enqueue((study, !isNeeded ? Task.FromResult(true)
            : isBeside ? lookup!.TryCompleteAsync(study, cancellationToken)
            : Task.FromResult(false)));
        return true;
    }

    /// <summary>Waits for the first study.</summary>
    /// <returns>The study; null if it was deferred.</returns>
    public async Task<Dataset?> TakeAsync()
    {
        var (study, isComplete) = _waiting.Dequeue();
        if (await isComplete.ConfigureAwait(false))
            return study;
        _deferred.Enqueue(study);
        return null;
    }

    /// <summary>Completes the first deferred study on the association of the query, which must be free.</summary>
    public async Task<Dataset> TakeDeferredAsync(CancellationToken cancellationToken)
    {
        var study = _deferred.Dequeue();
        await lookup!.CompleteAsync(study, cancellationToken).ConfigureAwait(false);
        return study;
    }
}
