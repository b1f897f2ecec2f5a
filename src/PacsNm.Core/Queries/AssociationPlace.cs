using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>
/// A place for one association at a time. The association stays open between queries and retrievals, because a new one costs two round
/// trips. Only the work that has the place uses it.
/// </summary>
/// <param name="traitsOf">Returns what is known of a PACS.</param>
/// <param name="objectTimed">Takes the times of each object that arrives; null for none.</param>
internal sealed class AssociationPlace(Func<PacsServer, PacsTraits> traitsOf, Action<ObjectTimes>? objectTimed)
{
    private Association? _association;
    private PacsServer? _server;
    private Task _releasing = Task.CompletedTask;

    /// <summary>
    /// Whether the association is open and belongs to a server. A PACS has nothing to send on an idle one but its end.
    /// </summary>
    public bool IsOpenFor(PacsServer server) => _association is { IsOpen: true, HasInput: false } && _server == server;

    /// <summary>Takes the times of each object that arrives; null for none.</summary>
    public Action<ObjectTimes>? ObjectTimed => objectTimed;

    /// <summary>Returns what the call knows of a PACS.</summary>
    public PacsTraits TraitsOf(PacsServer server) => traitsOf(server);

    /// <summary>
    /// Returns an association for C-FIND. If the kind that the last retrieval used is known, it is of that kind, so that the retrieval that
    /// follows can use it too.
    /// </summary>
    /// <exception cref="DicomNetworkException">There is no association.</exception>
    public async Task<Association> ForQueriesAsync(PacsServer server, CancellationToken cancellationToken)
    {
        var find = server.InformationModel.FindSopClass();
        if (IsOpenFor(server) && Accepts(find))
            return _association!;
        var traits = traitsOf(server);
        if (traits is { IsFindSeparate: false, Usual: { } usual })
        {
            await OpenAsync(server, usual, cancellationToken).ConfigureAwait(false);
            if (Accepts(find))
                return _association!;
            traits.IsFindSeparate = true;
        }

        return await OpenAsync(server, Connection.Request(server, [find]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns an association for C-GET that has at least the contexts of a request.</summary>
    /// <param name="server">The PACS.</param>
    /// <param name="request">The contexts.</param>
    /// <param name="isProgram">Whether a program made the request. It needs its contexts under the numbers that it gave them.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The association, and whether it was used before. The PACS may have closed one that was.</returns>
    /// <exception cref="DicomNetworkException">There is no association.</exception>
    public async Task<(Association Association, bool IsReused)> ForRetrievalAsync(
        PacsServer server,
        AssociateRequest request,
        bool isProgram,
        CancellationToken cancellationToken)
    {
        if (IsOpenFor(server) && Covers(_association!.Request, request, isProgram))
            return (_association, true);
        var traits = traitsOf(server);
        var find = server.InformationModel.FindSopClass();
        var wide = traits.IsFindSeparate ? request : WithFind(request, find);
        try
        {
            var association = await OpenAsync(server, wide, cancellationToken).ConfigureAwait(false);
            if (Accepts(find))
                traits.Usual = wide;
            else
                traits.IsFindSeparate |= wide != request;
            return (association, false);
        }
        catch (DicomNetworkException exception) when (wide != request && MayBeBecauseOfFind(exception))
        {
            traits.IsFindSeparate = true;
            return (await OpenAsync(server, request, cancellationToken).ConfigureAwait(false), false);
        }
    }

    /// <summary>Whether a PACS that has a C-FIND service of its own may have ended the association for that reason.</summary>
    private static bool MayBeBecauseOfFind(DicomNetworkException exception) =>
        exception is AssociationAbortedException or AssociationRejectedException { Reject: not { IsTransient: true } };

    /// <summary>Opens an association that was never used, with these contexts alone.</summary>
    /// <exception cref="DicomNetworkException">There is no association.</exception>
    public async Task<Association> OpenAsync(PacsServer server, AssociateRequest request, CancellationToken cancellationToken)
    {
        // The PACS counts the one before until it has answered the release.
        await CloseAsync().ConfigureAwait(false);
        _association = await Connection.OpenAsync(server, request, cancellationToken).ConfigureAwait(false);
        _server = server;
        return _association;
    }

    /// <summary>Releases the association without a wait for the answer of the PACS.</summary>
    public void Release()
    {
        if (_association is not { } association)
            return;
        _association = null;
        _releasing = association.ReleaseAsync(CancellationToken.None);
    }

    /// <summary>Releases the association, and waits until the PACS has ended it, because a program opens its own.</summary>
    public Task CloseAsync()
    {
        Release();
        return _releasing;
    }

    private bool Accepts(string sopClassUid) => _association!.Contexts.Any(context => context.AbstractSyntax == sopClassUid);

    private static AssociateRequest WithFind(AssociateRequest request, string find)
    {
        var contexts = request.PresentationContexts;
        return contexts.Count == PresentationContext.MaximumCount
            ? request
            : request with { PresentationContexts = [.. contexts, Connection.Context(contexts.Count, find)] };
    }

    /// <summary>Whether one request has all contexts of another.</summary>
    private static bool Covers(AssociateRequest wide, AssociateRequest narrow, bool withNumbers)
    {
        var proposed = new HashSet<string>(wide.PresentationContexts.Select(Key));
        return narrow.PresentationContexts.All(context => proposed.Contains(Key(context)));
        string Key(PresentationContext context) =>
            $"{(withNumbers ? context.Id : 0)} {context.AbstractSyntax} {string.Join(" ", context.TransferSyntaxes)}";
    }
}
