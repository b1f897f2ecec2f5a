using PacsNm.Dicom.Network;

namespace PacsNm.Retrieval;

/// <summary>A run of a retriever for a block of a study that several associations share.</summary>
/// <param name="isFurther">Whether the run is beside the first one of the study.</param>
/// <param name="ending">Ends all runs of the study.</param>
internal sealed class BlockRun(bool isFurther, CancellationToken ending) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(ending);

    /// <summary>Whether the run is beside the first one of the study. The PACS may refuse its association.</summary>
    public bool IsFurther => isFurther;

    /// <summary>Ends the run.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Observes the objects; null before the run has begun.</summary>
    public RetrieveObserver? Observer { get; set; }

    /// <summary>Whether the block is to be requested on another association.</summary>
    public bool IsTakenBack { get; private set; }

    /// <summary>Ends the run if the PACS has not yet accepted its association.</summary>
    public void TakeBackIfUnassociated()
    {
        if (Observer is { IsAssociated: true })
            return;
        IsTakenBack = true;
        _cancellation.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();
}
