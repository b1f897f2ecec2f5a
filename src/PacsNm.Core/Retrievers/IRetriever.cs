using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrievers;

/// <summary>Brings instances from a PACS into a folder.</summary>
internal interface IRetriever
{
    /// <summary>The kind of retriever, as in -Retriever.</summary>
    Retriever Kind { get; }

    /// <summary>Whether several runs can share a study. Each of them must be observed.</summary>
    bool CanShare { get; }

    /// <summary>The options with which the retriever receives compressed objects that it does not receive without them.</summary>
    IReadOnlyList<string> CompressedOptions { get; }

    /// <summary>Whether the retriever receives a SOP class, as far as that is known; null stands for an unknown class.</summary>
    bool Receives(string? sopClassUid);

    /// <summary>Whether an option may bring an object that does not arrive without it.</summary>
    /// <param name="option">One of <see cref="CompressedOptions"/>.</param>
    /// <param name="sopClassUid">The SOP class; null if unknown.</param>
    bool MayHelp(string option, string? sopClassUid);

    /// <summary>Sends one request to a PACS and writes the objects to files.</summary>
    /// <param name="run">What to retrieve.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="DicomNetworkException">The PACS cannot be reached or rejected the association.</exception>
    /// <exception cref="RetrieverUnusableException">The program of the retriever cannot be run.</exception>
    Task<RetrieverOutcome> RunAsync(RetrieverRun run, CancellationToken cancellationToken);
}

/// <summary>One run of a retriever.</summary>
/// <param name="Server">The PACS.</param>
/// <param name="Place">The place for the association of the run.</param>
/// <param name="IsFirst">
/// Whether an association may be used that served other work before. What a first request did not bring is requested on a new one.
/// </param>
/// <param name="Request">What to ask for.</param>
/// <param name="Option">One of <see cref="IRetriever.CompressedOptions"/>; null for none.</param>
/// <param name="SopClasses">
/// The SOP classes of the instances to come. Null stands for an instance whose class is unknown; the collection is empty if no instance is
/// listed.
/// </param>
/// <param name="Folder">An empty folder for the files.</param>
/// <param name="Limit">The time limit of the study.</param>
/// <param name="Observer">Observes the objects, if the retriever supports it.</param>
/// <param name="Arrived">Called for each file that the retriever has closed, if it knows that.</param>
/// <param name="Remaining">
/// Returns the requests for what is still missing after everything that arrived was added to the archive. For a retriever that needs more
/// than one association.
/// </param>
/// <param name="Log">Receives each line that a program writes.</param>
/// <param name="IsVerbose">Whether the user wants to see the lines.</param>
internal sealed record RetrieverRun(
    PacsServer Server,
    AssociationPlace Place,
    bool IsFirst,
    RetrieveRequest Request,
    string? Option,
    IReadOnlyCollection<string?> SopClasses,
    string Folder,
    TimeSpan Limit,
    RetrieveObserver Observer,
    Action<ArrivedFile> Arrived,
    Func<Task<IReadOnlyList<RetrieveRequest>>> Remaining,
    Action<string> Log,
    bool IsVerbose)
{
    /// <summary>
    /// How long the association may be idle at the moment. The PACS may fetch the first object from its archive; after that it has no
    /// reason to wait.
    /// </summary>
    public TimeSpan IdleLimit => Observer.Objects == 0 || Server.Timeouts.Dimse > Limit ? Limit : Server.Timeouts.Dimse;
}
