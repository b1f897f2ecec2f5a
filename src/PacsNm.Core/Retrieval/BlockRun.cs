namespace PacsNm.Retrieval;

/// <summary>A run of a retriever for a block of a study that several associations share.</summary>
/// <param name="isFurther">Whether the run is beside the first one of the study.</param>
/// <param name="associated">Called when the PACS has accepted the association.</param>
/// <param name="ending">Ends all runs of the study.</param>
internal sealed class BlockRun(bool isFurther, Action associated, CancellationToken ending) : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(ending);
    private bool _isAssociated;
    private bool _isOver;

    /// <summary>Whether the run is beside the first one of the study. The PACS may refuse its association.</summary>
    public bool IsFurther => isFurther;

    /// <summary>Whether the block is to be requested on another association.</summary>
    public bool IsTakenBack { get; private set; }

    /// <summary>Ends the run.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Records that the PACS has accepted the association.</summary>
    public void SetAssociated()
    {
        lock (_gate)
            _isAssociated = true;
        associated();
    }

    /// <summary>Ends the run if the PACS has not yet accepted its association.</summary>
    public void TakeBackIfUnassociated()
    {
        lock (_gate)
        {
            if (_isAssociated || _isOver)
                return;
            IsTakenBack = true;
        }

        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended in the meantime.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _isOver = true;
        _cancellation.Dispose();
    }
}
