using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>
/// Keeps studies in order while their modalities are looked up, so many at a time. Those that could not be looked up beside
/// the query are kept for its end.
/// </summary>
/// <param name="lookup">The look-ups; null where none are wanted.</param>
/// <param name="limit">Studies that may wait.</param>
/// <param name="isBeside">Whether another association may be used. The few studies of a row need none.</param>
internal sealed class StudyCompletion(ModalityLookup? lookup, int limit, bool isBeside)
{
    private readonly Queue<(Dataset Study, Task<bool> Lookup)> _waiting = new();
    private readonly Queue<Dataset> _deferred = new();

    /// <summary>Whether a study waits for its modalities.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Whether so many wait that no further one is taken.</summary>
    public bool IsFull => _waiting.Count >= limit;

    /// <summary>Whether a study was kept for the end.</summary>
    public bool HasDeferred => _deferred.Count > 0;

    /// <summary>Takes a study.</summary>
    /// <returns>False if it need not wait: it is complete, and so are those before it.</returns>
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
    /// <returns>The study; null where it is kept for the end.</returns>
    public async Task<Dataset?> TakeAsync()
    {
        var (study, isComplete) = _waiting.Dequeue();
        if (await isComplete.ConfigureAwait(false))
            return study;
        _deferred.Enqueue(study);
        return null;
    }

    /// <summary>Completes the first study that was kept for the end; the association of the query is free now.</summary>
    public async Task<Dataset> TakeDeferredAsync(CancellationToken cancellationToken)
    {
        var study = _deferred.Dequeue();
        await lookup!.CompleteAsync(study, cancellationToken).ConfigureAwait(false);
        return study;
    }
}
