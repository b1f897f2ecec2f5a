using PacsNm.Dicom.Network;

namespace PacsNm.Retrievers;

/// <summary>Something that brings instances from a PACS into a folder.</summary>
internal interface IRetriever
{
    /// <summary>Its name, as -Retriever takes it.</summary>
    string Name { get; }

    /// <summary>The options with which it receives compressed objects that it does not receive without.</summary>
    IReadOnlyList<string> CompressedOptions { get; }

    /// <summary>Whether it receives objects of a SOP class, as far as that is known; null is a class that is not known.</summary>
    bool Receives(string? sopClassUid);

    /// <summary>Asks a PACS for what is wanted, and takes what it sends.</summary>
    /// <param name="run">What to do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it may have brought less than all; null if the PACS reported success.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="DicomNetworkException">The PACS cannot be reached, or refused the association.</exception>
    Task<string?> RunAsync(RetrieverRun run, CancellationToken cancellationToken);
}

/// <summary>One run of a retriever.</summary>
/// <param name="Server">The PACS.</param>
/// <param name="Request">What to ask for.</param>
/// <param name="Option">One of <see cref="IRetriever.CompressedOptions"/>, or null.</param>
/// <param name="SopClasses">The SOP classes of what is to come; null among them is one that the PACS did not name, and none at all that it named none.</param>
/// <param name="Folder">An empty folder for the files.</param>
/// <param name="Limit">How long the study may take in all.</param>
/// <param name="Observer">Is shown what passes, where the retriever has the means.</param>
/// <param name="Arrived">Is told of each file that is whole, by a retriever that knows when it is.</param>
/// <param name="Log">Takes the lines that a program writes, as they come.</param>
/// <param name="IsVerbose">Whether the user wants the lines, where nothing else does.</param>
internal sealed record RetrieverRun(
    PacsServer Server,
    RetrieveRequest Request,
    string? Option,
    IReadOnlyCollection<string?> SopClasses,
    string Folder,
    TimeSpan Limit,
    RetrieveObserver Observer,
    Action<ArrivedFile> Arrived,
    Action<string> Log,
    bool IsVerbose)
{
    /// <summary>
    /// How long nothing may pass, as things are: the first object may be fetched from an archive; after it the PACS has
    /// nothing to wait for.
    /// </summary>
    public TimeSpan IdleLimit => Observer.Objects == 0 || Server.Timeouts.Dimse > Limit ? Limit : Server.Timeouts.Dimse;

    /// <summary>Why the C-GET that was observed may have brought less than all; null if the PACS reported success.</summary>
    public string? ReasonOfEnd => Observer switch
    {
        { FinalStatus: null } => "The association ended before the C-GET did.",
        { FinalStatus: { } status } when status != DimseStatus.Success => $"The PACS ended the C-GET with status {status}.",
        { SubOperations.Failed: > 0 and var failed } => $"The PACS ended the C-GET with success, and counts {failed} failed sub-operations.",
        _ => null,
    };
}
