using PacsNm.Dicom.Network;
using PacsNm.Queries;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>
/// Shares a study out among several associations. Each takes one block after another. The first association waits for the PACS as any
/// request does; the others end when the PACS refuses them, and what they had goes back to the rest.
/// </summary>
/// <param name="blocks">The blocks.</param>
/// <param name="turns">Gives places for associations.</param>
/// <param name="ask">Sends the request of a block.</param>
/// <param name="left">Returns the instances of a block that are still missing and may be asked for.</param>
/// <param name="ending">Ends the retrieval of the study.</param>
internal sealed class SharedRetrieval(
    StudyBlocks blocks,
    Turns turns,
    Func<StudyBlock, AssociationPlace, BlockRun, Task<RetrieveAttempt>> ask,
    Func<StudyBlock, IReadOnlyList<PlannedInstance>> left,
    CancellationToken ending)
{
    private readonly object _gate = new();
    private readonly HashSet<BlockRun> _runs = [];
    private bool _hasBrought;
    private bool _isOver;

    /// <summary>The level at which the PACS refused a block before any block had arrived; null if it did not.</summary>
    public string? RefusedLevel { get; private set; }

    /// <summary>Asks for all blocks.</summary>
    /// <param name="associations">The number of associations, the first one included.</param>
    /// <exception cref="DicomNetworkException">The first association failed.</exception>
    public async Task RunAsync(int associations)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var further = Enumerable.Range(1, associations - 1).Select(_ => WorkBesideAsync(ended.Token)).ToList();
        try
        {
            while (true)
            {
                while (!_isOver && await turns.TakeAsync(place => AskNextAsync(place, isFurther: false)).ConfigureAwait(false))
                {
                }

                // The last association to end may have put something back.
                TakeBack();
                if (further.Count == 0)
                    return;
                further.Remove(await Task.WhenAny(further).ConfigureAwait(false));
            }
        }
        finally
        {
            _isOver = true;
            blocks.Clear();
            ended.Cancel();
            await Task.WhenAll(further).ConfigureAwait(false);
        }
    }

    /// <summary>Works on a further association until no block is left, or the PACS does not allow the association.</summary>
    private async Task WorkBesideAsync(CancellationToken ended)
    {
        try
        {
            while (await turns.TakeBesideAsync(place => AskNextAsync(place, isFurther: true), ended).ConfigureAwait(false))
            {
            }

            // The first association may be the one that the PACS does not answer. It takes the open one that is free now.
            if (_hasBrought)
                TakeBack();
        }
        catch (DicomNetworkException exception)
        {
            if (AssociationThrottle.IsNoneFree(exception))
                turns.Lower();
        }
        catch (Exception exception) when (exception is OperationCanceledException or RetrieverUnusableException)
        {
            // The first association meets the same failure, and reports it.
        }
    }

    /// <summary>Asks for the next block.</summary>
    /// <returns>False if there is none, or if this association is not to take another.</returns>
    private async Task<bool> AskNextAsync(AssociationPlace place, bool isFurther)
    {
        if (blocks.Take() is not { } block)
            return false;
        using var run = new BlockRun(isFurther, ending);
        lock (_gate)
            _runs.Add(run);
        RetrieveAttempt? attempt = null;
        try
        {
            attempt = await ask(block, place, run).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.IsTakenBack && !ending.IsCancellationRequested)
        {
            // A further association is not tried again.
            return !isFurther;
        }
        finally
        {
            lock (_gate)
                _runs.Remove(run);
            if (attempt is null)
                blocks.PutBack(block);
        }

        return attempt.IsRefusal ? Refuse(block, isFurther) : Settle(block, attempt);
    }

    /// <summary>What a request did not bring may come on another association, once.</summary>
    private bool Settle(StudyBlock block, RetrieveAttempt attempt)
    {
        lock (_gate)
            _hasBrought |= attempt.Received > 0;
        if (attempt.EndedBeforeItsEnd && left(block) is { Count: > 0 } missing)
            blocks.Return(missing);
        return true;
    }

    /// <summary>
    /// Handles the refusal of a block. Beside blocks that arrive, it means that the PACS serves fewer associations; otherwise, that the PACS
    /// does not serve requests of this kind.
    /// </summary>
    private bool Refuse(StudyBlock block, bool isFurther)
    {
        lock (_gate)
        {
            if (_hasBrought && isFurther)
            {
                blocks.PutBack(block);
                turns.Lower();
                return false;
            }

            if (_hasBrought)
            {
                blocks.Return(block.Instances);
                return true;
            }

            RefusedLevel = block.Request.Level;
            _isOver = true;
        }

        blocks.Clear();
        return false;
    }

    /// <summary>Takes back the blocks of associations that have no answer yet, because another association can ask for them now.</summary>
    private void TakeBack()
    {
        lock (_gate)
        {
            foreach (var run in _runs)
                run.TakeBackIfUnassociated();
        }
    }
}
