using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>One association for several queries. The first query opens it.</summary>
/// <param name="server">The PACS.</param>
/// <param name="isPatient">Whether to wait and try again if the PACS rejects the association for a temporary reason.</param>
/// <param name="place">The place whose association is used, and left open at the end; null for an association of its own.</param>
internal sealed class QuerySession(PacsServer server, bool isPatient = true, AssociationPlace? place = null) : IQueryPeer
{
    private Association? _association;

    /// <summary>The PACS.</summary>
    public PacsServer Server { get; } = server;

    /// <summary>Whether an association was open at any time.</summary>
    public bool HasBeenOpen { get; private set; }

    /// <summary>Sends a query. If the PACS has closed the association in the meantime, it is opened again, once.</summary>
    public async Task<QueryOperation> StartAsync(Dataset identifier, CancellationToken cancellationToken)
    {
        var reused = _association is { IsOpen: true } || place?.IsOpenFor(Server) == true;
        try
        {
            return await StartOnceAsync(identifier, cancellationToken).ConfigureAwait(false);
        }
        catch (AssociationAbortedException) when (reused)
        {
            return await StartOnceAsync(identifier, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<IQueryRun> AskAsync(Dataset keys, SeenUids seen, MatchObserver? observe, CancellationToken cancellationToken) =>
        QueryRun.StartAsync(this, keys, seen, observe, cancellationToken);

    /// <inheritdoc/>
    public IQueryPeer Another() => new QuerySession(Server, isPatient: false);

    /// <inheritdoc/>
    public Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken) =>
        ListAsync(identifier, new SeenUids(uid), bound, cancellationToken);

    /// <inheritdoc cref="ListAsync(Dataset, Tag, int, CancellationToken)"/>
    public async Task<List<Dataset>> ListAsync(Dataset identifier, SeenUids seen, int bound, CancellationToken cancellationToken)
    {
        var operation = await ResilientQuery
            .StartAsync(this, identifier, seen, observe: null, cancellationToken)
            .ConfigureAwait(false);
        var matches = new List<Dataset>();
        while (await operation.NextAsync(cancellationToken).ConfigureAwait(false) is { } match)
        {
            matches.Add(match);
            if (matches.Count > bound)
            {
                _association!.Abort(AbortSource.ServiceUser);
                throw new ProtocolViolationException($"A query had more than {bound} matches.");
            }
        }

        return matches;
    }

    /// <summary>Cancels a query and closes its association, because a PACS may still send matches on it.</summary>
    public async Task CancelAsync(QueryOperation operation)
    {
        await operation.CancelAsync().ConfigureAwait(false);
        place?.Release();
        Close();
    }

    /// <summary>Releases the association. Its answers are there, so nothing waits for that of the release.</summary>
    public void Close()
    {
        if (place is null)
            _ = _association?.ReleaseAsync(CancellationToken.None);
        _association = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _association?.Dispose();
        _association = null;
    }

    private Task<Association> OpenAsync(CancellationToken cancellationToken) => place is null
        ? Connection.OpenAsync(Server, [Server.InformationModel.FindSopClass()], cancellationToken)
        : place.ForQueriesAsync(Server, cancellationToken);

    private async Task<QueryOperation> StartOnceAsync(Dataset identifier, CancellationToken cancellationToken)
    {
        if (_association is not { IsOpen: true })
        {
            _association = isPatient
                ? await TransientRejection.RetryAsync(() => OpenAsync(cancellationToken), cancellationToken).ConfigureAwait(false)
                : await OpenAsync(cancellationToken).ConfigureAwait(false);
            HasBeenOpen = true;
        }

        return await QueryOperation
            .StartAsync(_association, Server.InformationModel, identifier, cancellationToken)
            .ConfigureAwait(false);
    }
}
