using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>A query on an association. It reads ahead while its consumer is slow.</summary>
internal sealed class QueryRun : IQueryRun
{
    private readonly ResilientQuery _query;
    private readonly ReadAhead _matches;
    private DimseFailureException? _failure;
    private bool _isEnded;

    private QueryRun(ResilientQuery query, ReadAhead matches)
    {
        _query = query;
        _matches = matches;
    }

    /// <inheritdoc/>
    public QueryEnd End => new(_query.MatchCount, _query.FinalStatus, !_isEnded, _failure);

    /// <inheritdoc/>
    public bool OptionalKeysUnsupported => _query.OptionalKeysUnsupported;

    /// <summary>Starts a query.</summary>
    /// <inheritdoc cref="IQueryPeer.AskAsync"/>
    public static async Task<IQueryRun> StartAsync(
        QuerySession session,
        Dataset keys,
        SeenUids seen,
        MatchObserver? observe,
        CancellationToken cancellationToken)
    {
        var query = await ResilientQuery.StartAsync(session, keys, seen, observe, cancellationToken).ConfigureAwait(false);
        return new QueryRun(query, new ReadAhead(query, session, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<Dataset?> NextAsync()
    {
        try
        {
            if (await _matches.NextAsync().ConfigureAwait(false) is { } match)
                return match;
        }
        catch (DimseFailureException exception)
        {
            _failure = exception;
        }

        _isEnded = true;

        // A cancel that was not requested, without a match, is a refusal.
        if (_query.FinalStatus == DimseStatus.Cancel && _query.MatchCount == 0)
        {
            var response = new CommandSet { Field = CommandField.FindResponse, Status = DimseStatus.Cancel };
            _failure = new DimseFailureException("C-FIND", response);
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        await _matches.StopAsync().ConfigureAwait(false);
        if (_query.FinalStatus is null)
            await _query.CancelAsync().ConfigureAwait(false);
        _matches.Dispose();
    }
}
