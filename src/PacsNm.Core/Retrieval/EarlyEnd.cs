namespace PacsNm.Retrieval;

/// <summary>Why a retrieval ended before the study was complete and before every method was tried.</summary>
/// <param name="Reason">The kind of reason; null if the retrieval did not end early.</param>
/// <param name="Failure">
/// A <see cref="Dicom.Network.DicomNetworkException"/>, a <see cref="TimeoutException"/>, a <see cref="Files.DestinationException"/> or a
/// <see cref="Retrievers.RetrieverUnusableException"/>; null if the reason says enough.
/// </param>
internal sealed record EarlyEnd(MissingReason? Reason, Exception? Failure)
{
    /// <summary>The retrieval did not end early.</summary>
    public static EarlyEnd None { get; } = new(null, null);

    /// <summary>Whether the retrieval ended early.</summary>
    public bool IsEarly => Reason is not null;

    /// <summary>The retrieval ended early.</summary>
    public static EarlyEnd Of(MissingReason reason, Exception? failure = null) => new(reason, failure);
}
