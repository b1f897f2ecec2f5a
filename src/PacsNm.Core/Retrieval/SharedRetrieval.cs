using System.Runtime.ExceptionServices;
using PacsNm.Dicom.Network;
using PacsNm.Queries;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>
/// Shares a study out among several associations. Each takes one block after another. The first association waits for the PACS as any
/// request does. The others begin when the PACS has accepted it, and end when the PACS refuses them; what they had goes back to the rest.
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
    private readonly HashSet<string> _servedLevels = [];
    private readonly TaskCompletionSource<bool> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExceptionDispatchInfo? _failure;
    private int _fruitless;
    private volatile bool _isOver;

    /// <summary>The level at which the PACS refused a block before any block of that level had arrived; null if it did not.</summary>
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
            await WorkAsync(further, ended).ConfigureAwait(false);
        }
        finally
        {
            // What a further association has under way is still wanted, but nothing more.
            _isOver = true;
            blocks.Clear();
            Finish(ended);
            await Task.WhenAll(further).ConfigureAwait(false);
        }

        _failure?.Throw();
    }

    /// <summary>Works on the first association until no block is left, and nothing can come back from the others.</summary>
    private async Task WorkAsync(List<Task> further, CancellationTokenSource ended)
    {
        while (true)
        {
            while (!_isOver && await turns.TakeAsync(place => AskNextAsync(place, isFurther: false)).ConfigureAwait(false))
            {
            }

            // Associations that have not begun are not needed any more, and those without an answer give their blocks back.
            Finish(ended);
            further.RemoveAll(task => task.IsCompleted);
            if (further.Count == 0)
                return;
            await Task.WhenAny(further).ConfigureAwait(false);
        }
    }

    private void Finish(CancellationTokenSource ended)
    {
        ended.Cancel();
        _begun.TrySetResult(true);
        TakeBack();
    }

    /// <summary>
    /// Works on a further association until no block is left, or the PACS does not allow the association. It does not throw.
    /// </summary>
    private async Task WorkBesideAsync(CancellationToken ended)
    {
        try
        {
            // If the PACS accepts few associations, the first one must be among them.
            await _begun.Task.ConfigureAwait(false);
            while (await turns.TakeBesideAsync(place => AskNextAsync(place, isFurther: true), ended).ConfigureAwait(false))
            {
            }
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
        catch (Exception exception)
        {
            // The disk is full, for example. The PACS must not be asked again.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            End();
        }
    }

    /// <summary>Asks for the next block.</summary>
    /// <returns>False if there is none, or if this association is not to take another.</returns>
    private async Task<bool> AskNextAsync(AssociationPlace place, bool isFurther)
    {
        if (_isOver || blocks.Take() is not { } block)
            return false;
        using var run = new BlockRun(isFurther, () => _begun.TrySetResult(true), ending);
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

    /// <summary>What a request did not bring may come on another association, once. It ends if request after request brings nothing.</summary>
    private bool Settle(StudyBlock block, RetrieveAttempt attempt)
    {
        lock (_gate)
        {
            if (attempt.Received > 0)
                _servedLevels.Add(block.Request.Level);
            _fruitless = attempt.Received > 0 ? 0 : _fruitless + 1;
            var most = _servedLevels.Count > 0 ? RepairPlan.MaximumFruitlessInstances : RepairPlan.MaximumFruitlessProbes;
            if (_fruitless >= most)
                End();
        }

        if (!_isOver && attempt.EndedBeforeItsEnd && left(block) is { Count: > 0 } missing)
            blocks.Return(missing);
        return true;
    }

    /// <summary>
    /// Handles the refusal of a block. Where blocks of the same level arrive, it means that the PACS serves fewer associations; otherwise,
    /// that the PACS does not serve requests of this level.
    /// </summary>
    private bool Refuse(StudyBlock block, bool isFurther)
    {
        lock (_gate)
        {
            if (!_servedLevels.Contains(block.Request.Level))
            {
                RefusedLevel ??= block.Request.Level;
                End();
                return false;
            }
        }

        if (isFurther)
        {
            blocks.PutBack(block);
            turns.Lower();
            return false;
        }

        blocks.Return(block.Instances);
        return true;
    }

    /// <summary>Takes no further block.</summary>
    private void End()
    {
        _isOver = true;
        blocks.Clear();
    }

    /// <summary>Takes back the blocks of associations that have no answer yet, because another association can ask for them now.</summary>
    private void TakeBack()
    {
        BlockRun[] runs;
        lock (_gate)
            runs = [.. _runs];
        foreach (var run in runs)
            run.TakeBackIfUnassociated();
    }
}
