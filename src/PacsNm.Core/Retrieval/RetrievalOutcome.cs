using System.Globalization;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>The result of a retrieval.</summary>
/// <param name="Study">What was retrieved.</param>
/// <param name="Result">The result, which depends only on the files on disk.</param>
/// <param name="Failure">
/// Why it ended early: a <see cref="DicomNetworkException"/>, a <see cref="TimeoutException"/>, a <see cref="DestinationException"/> or a
/// <see cref="RetrieverUnusableException"/>; null if it did not.
/// </param>
/// <param name="FirstFailure">The first failure that the PACS reported, with its Error Comment; null if there is none.</param>
internal sealed record RetrievalOutcome(
    StudyToSave Study,
    PacsSavedItem Result,
    Exception? Failure,
    DimseFailureException? FirstFailure)
{
    /// <summary>Whether the other studies of the call would fail in the same way.</summary>
    public bool EndsCall => Failure is DestinationException or RetrieverUnusableException;

    /// <summary>The line of verbose text.</summary>
    public string VerboseLine =>
        $"{Study}: {Result.Status}, {Result.Received} received{By}, {Result.AlreadyPresent} already present, "
            + $"in {Result.Duration.TotalSeconds:0.0} s.";

    /// <summary>The line of the log.</summary>
    public string LogLine =>
        $"{Result.Status} {Study} at {Study.Server}: {Result.Received} received{By}, {Result.AlreadyPresent} already present, "
            + $"{Result.Missing.Count} missing, {Result.Bytes} bytes, "
            + $"{Result.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";

    private string By => Result.Retriever.Length == 0 ? "" : $" by {Result.Retriever}";
}
