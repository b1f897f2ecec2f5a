using System.Collections.Concurrent;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Retrievers;

/// <summary>
/// C-GET without an external program (PS3.4 C.4.3). It proposes the SOP classes that the PACS lists, including private ones. For images it
/// proposes each compressed transfer syntax beside the uncompressed ones, so that one association is enough for a study in any encoding.
/// </summary>
/// <param name="rateLimit">The limit to the rate of the PACS; null for none.</param>
/// <param name="transferSyntaxes">Further transfer syntaxes to propose, such as private ones.</param>
/// <param name="sopClasses">Further SOP classes to propose, such as private ones.</param>
internal sealed class BuiltInRetriever(
    RateLimit? rateLimit,
    IReadOnlyList<string> transferSyntaxes,
    IReadOnlyList<string> sopClasses) : IRetriever
{
    /// <summary>The SOP classes of this call. An association that offers all of them serves the next study too.</summary>
    private readonly ConcurrentDictionary<string, bool> _classes = new();

    /// <summary>The transfer syntaxes that were last accepted for a SOP class when all were proposed.</summary>
    private readonly ConcurrentDictionary<string, HashSet<string>> _accepted = new();

    /// <inheritdoc/>
    public Retriever Kind => Retriever.BuiltIn;

    /// <inheritdoc/>
    public bool CanShare => true;

    /// <summary>Each common transfer syntax alone. All of them are proposed first, but not every PACS chooses well.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = [.. StorageContexts.CompressedSyntaxes.Union(transferSyntaxes)];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => true;

    /// <inheritdoc/>
    /// <remarks>A PACS that had no choice of transfer syntaxes did not choose badly.</remarks>
    public bool MayHelp(string option, string? sopClassUid) =>
        sopClassUid is not null
        && SopClasses.MayBeImage(sopClassUid)
        && (!_accepted.TryGetValue(sopClassUid, out var accepted) || (accepted.Count > 1 && accepted.Contains(option)));

    /// <inheritdoc/>
    /// <remarks>
    /// If the contexts do not fit in one association, the first association asks for the whole request, and each further one for what is
    /// still missing.
    /// </remarks>
    public async Task<RetrieverOutcome> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        using var writer = new InstanceWriter(run.Folder, run.Arrived);
        RetrieverOutcome? first = null;
        IReadOnlyList<RetrieveRequest> requests = [run.Request];
        var negotiated = new NegotiatedSyntaxes();
        foreach (var planned in Plan(run))
        {
            // The first context is for C-GET itself.
            var contexts = negotiated.WithoutRefused(planned);
            if (contexts.Count == 1)
                continue;
            if (first is not null)
                requests = await run.Remaining().ConfigureAwait(false);
            if (requests.Count == 0)
                break;
            var before = run.Observer.Objects;
            var outcome = await RunAsync(run, contexts, negotiated, first is not null, requests, writer, cancellationToken)
                .ConfigureAwait(false);
            if (outcome is null)
                continue;
            if (outcome.End == RetrieveEnd.Success || run.Observer.Objects >= run.Observer.MaximumObjects)
                return outcome;

            // A PACS counts instances without a context as failed. The sums over all associations show whether everything arrived.
            if (first is not null
                && run.Observer is { FinalStatus.Class: DimseStatusClass.Warning, SubOperations: { Failed: 0, Remaining: null or 0 } })
            {
                return RetrieverOutcome.Success;
            }

            // Of several outcomes, the one with objects says most. A PACS that does not respond is not asked again immediately.
            if (first is null || run.Observer.Objects > before)
                first = outcome;
            if (run.Observer.FinalStatus is null || outcome.IsRefusal(run.Observer))
                break;
        }

        return first ?? RetrieverOutcome.NothingToAskFor;
    }

    /// <summary>Plans the contexts of the associations. The classes of earlier studies are in the first one if there is room.</summary>
    private IReadOnlyList<IReadOnlyList<PresentationContext>> Plan(RetrieverRun run)
    {
        var getSopClass = run.Server.InformationModel.GetSopClass();
        var classes = run.SopClasses.Union(sopClasses).ToArray();
        var needed = StorageContexts.Plan(getSopClass, classes, run.Option, transferSyntaxes);
        if (run.Option is not null || !run.IsFirst || !classes.All(Uid.IsValid))
            return needed;
        var wide = StorageContexts.Plan(getSopClass, [.. classes.Union(_classes.Keys)], run.Option, transferSyntaxes);
        foreach (var sopClass in classes)
            _classes[sopClass!] = true;
        return wide.Count == needed.Count ? wide : needed;
    }

    /// <summary>Takes one association and sends a C-GET for each request.</summary>
    /// <returns>
    /// How the last request ended; null for a further association of which the PACS accepted no storage context. It is released without a
    /// request.
    /// </returns>
    private async Task<RetrieverOutcome?> RunAsync(
        RetrieverRun run,
        IReadOnlyList<PresentationContext> contexts,
        NegotiatedSyntaxes negotiated,
        bool isFurther,
        IReadOnlyList<RetrieveRequest> requests,
        InstanceWriter writer,
        CancellationToken cancellationToken)
    {
        var request = Request(run.Server, contexts);
        var (association, isReused) = run.IsFirst && !isFurther
            ? await run.Place.ForRetrievalAsync(run.Server, request, isProgram: false, cancellationToken).ConfigureAwait(false)
            : (await run.Place.OpenAsync(run.Server, request, cancellationToken).ConfigureAwait(false), false);
        negotiated.Add(association);
        if (run.Option is null)
            Remember(association);
        if (isFurther && association.Contexts.All(context => context.AbstractSyntax == contexts[0].AbstractSyntax))
            return null;
        var isClean = false;
        try
        {
            var isClosed = isReused
                && !await TryAskAsync(association, run, requests, writer, cancellationToken).ConfigureAwait(false);
            if (isClosed)
                association = await run.Place.OpenAsync(run.Server, association.Request, cancellationToken).ConfigureAwait(false);
            if (isClosed || !isReused)
                await AskAsync(association, run, requests, writer, cancellationToken).ConfigureAwait(false);
            isClean = run.Observer is { FinalStatus.Class: DimseStatusClass.Success or DimseStatusClass.Warning };
        }
        catch (DicomNetworkException exception)
        {
            // A PACS without C-GET reports it here. Other retrievers may work.
            return RetrieverOutcome.Of(exception);
        }
        finally
        {
            if (!isClean)
                run.Place.Release();
        }

        return RetrieverOutcome.Of(run.Observer);
    }

    /// <summary>Sends the requests on an association that was used before.</summary>
    /// <returns>False if the PACS had closed it in the meantime.</returns>
    private async Task<bool> TryAskAsync(
        Association association,
        RetrieverRun run,
        IReadOnlyList<RetrieveRequest> requests,
        InstanceWriter writer,
        CancellationToken cancellationToken)
    {
        var before = run.Observer.Objects;
        try
        {
            await AskAsync(association, run, requests, writer, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AssociationAbortedException) when (run.Observer.Objects == before && run.Observer.FinalStatus is null)
        {
            return false;
        }
    }

    private async Task AskAsync(
        Association association,
        RetrieverRun run,
        IReadOnlyList<RetrieveRequest> requests,
        InstanceWriter writer,
        CancellationToken cancellationToken)
    {
        var operation = new GetOperation(association, writer, run.Observer, () => run.IdleLimit, rateLimit);
        foreach (var request in requests)
            await operation.RunAsync(run.Server.InformationModel, request.ToIdentifier(), cancellationToken).ConfigureAwait(false);
    }

    private void Remember(Association association)
    {
        foreach (var sopClass in association.Contexts.GroupBy(context => context.AbstractSyntax))
            _accepted[sopClass.Key] = [.. sopClass.Select(context => context.TransferSyntax.Uid)];
    }

    private static AssociateRequest Request(PacsServer server, IReadOnlyList<PresentationContext> contexts) => new()
    {
        CalledAETitle = server.CalledAETitle,
        CallingAETitle = server.CallingAETitle,
        PresentationContexts = contexts,
        UserInformation = new UserInformation { RoleSelections = StorageContexts.Roles(contexts) },
    };
}
