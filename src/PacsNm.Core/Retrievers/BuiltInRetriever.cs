using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Retrievers;

/// <summary>
/// C-GET without a program (PS3.4 C.4.3). It proposes what the PACS says that it has: private classes too, and for
/// images each compressed transfer syntax beside the uncompressed ones, so that a study comes in one association
/// however it is stored.
/// </summary>
/// <param name="rateLimit">How fast the PACS may send; null for as fast as it can.</param>
/// <param name="transferSyntaxes">Transfer syntaxes to offer beside the standard's own, such as private ones.</param>
internal sealed class BuiltInRetriever(RateLimit? rateLimit, IReadOnlyList<string> transferSyntaxes) : IRetriever
{
    /// <summary>How long the release of an association may keep a retrieval that was stopped.</summary>
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public string Name => nameof(Retriever.BuiltIn);

    /// <summary>Each common transfer syntax alone, though it offers all of them at first: not every PACS chooses well.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = [.. StorageContexts.CompressedSyntaxes.Union(transferSyntaxes)];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => true;

    /// <inheritdoc/>
    public async Task<string?> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        using var writer = new InstanceWriter(run.Folder, run.Arrived);
        string? reason = null;
        var negotiated = new NegotiatedSyntaxes();
        var getSopClass = run.Server.InformationModel.GetSopClass();
        foreach (var planned in StorageContexts.Plan(getSopClass, run.SopClasses, run.Option, transferSyntaxes))
        {
            // The first context is that of the C-GET itself.
            var contexts = negotiated.WithoutRefused(planned);
            if (contexts.Count == 1)
                continue;
            var before = run.Observer.Objects;
            var (isAsked, outcome) = await RunAsync(run, contexts, negotiated, isFurther: reason is not null, writer, cancellationToken).ConfigureAwait(false);
            if (!isAsked)
                continue;
            if (outcome is null || run.Observer.Objects >= run.Observer.MaximumObjects)
                return outcome;

            // A PACS counts as failed what it had no context for. Over several associations the sums tell that all came.
            if (reason is not null && run.Observer is { FinalStatus.Class: DimseStatusClass.Warning, SubOperations: { Failed: 0, Remaining: null or 0 } })
                return null;

            // Of several reasons, that of what came tells most. A PACS that did not answer is not asked again at once.
            if (reason is null || run.Observer.Objects > before)
                reason = outcome;
            if (run.Observer.FinalStatus is null)
                break;
        }

        return reason ?? "There is nothing that it could ask for in this way.";
    }

    /// <summary>One association. A further one whose storage contexts the PACS all refused is released without a request.</summary>
    private async Task<(bool IsAsked, string? Outcome)> RunAsync(
        RetrieverRun run,
        IReadOnlyList<PresentationContext> contexts,
        NegotiatedSyntaxes negotiated,
        bool isFurther,
        InstanceWriter writer,
        CancellationToken cancellationToken)
    {
        using var association = await Connection.OpenAsync(run.Server, Request(run.Server, contexts), cancellationToken).ConfigureAwait(false);
        negotiated.Add(association);
        try
        {
            if (isFurther && association.Contexts.All(context => context.AbstractSyntax == contexts[0].AbstractSyntax))
                return (false, null);
            var operation = new GetOperation(association, writer, run.Observer, () => run.IdleLimit, rateLimit);
            await operation.RunAsync(run.Server.InformationModel, run.Request.ToIdentifier(), cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            // A PACS that has no C-GET says so here: other means may serve.
            return (true, exception.Message);
        }
        finally
        {
            using var soon = new CancellationTokenSource(ReleaseLimit);
            await association.ReleaseAsync(soon.Token).ConfigureAwait(false);
        }

        return (true, run.ReasonOfEnd);
    }

    private static AssociateRequest Request(PacsServer server, IReadOnlyList<PresentationContext> contexts) => new()
    {
        CalledAETitle = server.CalledAETitle,
        CallingAETitle = server.CallingAETitle,
        PresentationContexts = contexts,
        UserInformation = new UserInformation { RoleSelections = StorageContexts.Roles(contexts) },
    };
}
