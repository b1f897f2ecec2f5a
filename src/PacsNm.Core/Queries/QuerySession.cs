using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>One association for all the queries of a cmdlet call, opened when the first one is asked.</summary>
/// <param name="server">The PACS.</param>
/// <param name="isPatient">Whether to try again for a while where the PACS has no association free.</param>
internal sealed class QuerySession(PacsServer server, bool isPatient = true) : IQueryPeer
{
    /// <summary>How long the release of an association that is not needed any more may keep a stopped pipeline.</summary>
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromMilliseconds(500);

    private Association? _association;

    /// <summary>The PACS.</summary>
    public PacsServer Server { get; } = server;

    /// <summary>Whether there was an association at any time.</summary>
    public bool HasBeenOpen { get; private set; }

    /// <summary>Asks a query. An association that the PACS has dropped in the meantime is opened again, once.</summary>
    public async Task<QueryOperation> StartAsync(Dataset identifier, CancellationToken cancellationToken)
    {
        var reused = _association is { IsOpen: true };
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
    public async Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken)
    {
        var operation = await ResilientQuery
            .StartAsync(this, identifier, new SeenUids(uid), observe: null, cancellationToken)
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

    /// <summary>Ends a query before its end, and its association with it: a cancelled one is not used again.</summary>
    public async Task CancelAsync(QueryOperation operation)
    {
        await operation.CancelAsync().ConfigureAwait(false);
        using var soon = new CancellationTokenSource(ReleaseLimit);
        await CloseAsync(soon.Token).ConfigureAwait(false);
    }

    /// <summary>Releases the association.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_association is null)
            return;
        await _association.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _association?.Dispose();
        _association = null;
    }

    private Task<Association> OpenAsync(CancellationToken cancellationToken) =>
        Connection.OpenAsync(Server, [Server.InformationModel.FindSopClass()], cancellationToken);

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
