using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// C-GET without a program (PS3.4 C.4.3). It proposes what the PACS says that it has: private classes too, and for
/// images each compressed transfer syntax beside the uncompressed ones, so that a study comes in one association
/// however it is stored.
/// </summary>
/// <param name="rateLimit">How fast the PACS may send; null for as fast as it can.</param>
internal sealed class BuiltIn(RateLimit? rateLimit) : IRetriever
{
    /// <summary>How long the release of an association may keep a retrieval that was stopped.</summary>
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public string Name => nameof(Retriever.BuiltIn);

    /// <summary>Each compressed transfer syntax alone, though it offers all of them at first: not every PACS chooses well.</summary>
    public IReadOnlyList<string> CompressedOptions => StorageContexts.CompressedSyntaxes;

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => true;

    /// <inheritdoc/>
    public async Task<string?> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        using var writer = new InstanceWriter(run.Folder, run.Arrived);
        string? reason = null;
        var getSopClass = run.Server.InformationModel.GetSopClass();
        foreach (var contexts in StorageContexts.Plan(getSopClass, run.SopClasses, run.Option))
        {
            var before = run.Observer.Objects;
            var outcome = await RunAsync(run, contexts, writer, cancellationToken).ConfigureAwait(false);

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

    /// <summary>One association.</summary>
    private async Task<string?> RunAsync(
        RetrieverRun run,
        IReadOnlyList<PresentationContext> contexts,
        InstanceWriter writer,
        CancellationToken cancellationToken)
    {
        using var association = await Connection.OpenAsync(run.Server, Request(run.Server, contexts), cancellationToken).ConfigureAwait(false);

        var operation = new GetOperation(association, writer, run.Observer, () => run.IdleLimit, rateLimit);
        try
        {
            await operation.RunAsync(run.Server.InformationModel, run.Request.ToIdentifier(), cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            // A PACS that has no C-GET says so here: other means may serve.
            return exception.Message;
        }
        finally
        {
            using var soon = new CancellationTokenSource(ReleaseLimit);
            await association.ReleaseAsync(soon.Token).ConfigureAwait(false);
        }

        return run.ReasonOfEnd;
    }

    private static AssociateRequest Request(PacsServer server, IReadOnlyList<PresentationContext> contexts) => new()
    {
        CalledAETitle = server.CalledAETitle,
        CallingAETitle = server.CallingAETitle,
        PresentationContexts = contexts,
        UserInformation = new UserInformation { RoleSelections = StorageContexts.Roles(contexts) },
    };
}
