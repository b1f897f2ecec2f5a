using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>A query that is sent again, once, if its association drops. Each match is returned once.</summary>
internal sealed class ResilientQuery
{
    /// <summary>
    /// The matches in a row without a new one after which the peer is aborted, in addition to those that it may repeat after its
    /// association dropped.
    /// </summary>
    private const int MaximumRepeats = 10_000;

    private readonly QuerySession _session;
    private readonly Dataset _identifier;
    private readonly SeenUids _seen;
    private readonly MatchObserver? _observe;
    private QueryOperation _operation;
    private bool _isRepeated;
    private int _repeats;

    private ResilientQuery(QuerySession session, Dataset identifier, SeenUids seen, MatchObserver? observe, QueryOperation operation)
    {
        _session = session;
        _identifier = identifier;
        _seen = seen;
        _observe = observe;
        _operation = operation;
    }

    /// <summary>The final status; null while the PACS may still send matches.</summary>
    public DimseStatus? FinalStatus => _operation.FinalStatus;

    /// <summary>The number of matches that the PACS has sent.</summary>
    public int MatchCount => _operation.MatchCount;

    /// <summary>Whether the PACS reported that it does not support all optional keys (status 0xFF01).</summary>
    public bool OptionalKeysUnsupported => _operation.OptionalKeysUnsupported;

    /// <summary>Sends the query.</summary>
    /// <param name="session">The association to use.</param>
    /// <param name="identifier">The keys.</param>
    /// <param name="seen">The UIDs that were found already. Matches with these UIDs are skipped.</param>
    /// <param name="observe">Called for every match, even if it is skipped; null for none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static async Task<ResilientQuery> StartAsync(
        QuerySession session,
        Dataset identifier,
        SeenUids seen,
        MatchObserver? observe,
        CancellationToken cancellationToken) =>
        new(session, identifier, seen, observe, await session.StartAsync(identifier, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="QueryOperation.NextAsync"/>
    public async ValueTask<Dataset?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var match = await _operation.NextAsync(cancellationToken).ConfigureAwait(false);
                if (match is null || IsNew(match))
                    return match;
            }
            catch (AssociationAbortedException) when (!_isRepeated)
            {
                _isRepeated = true;
                _operation = await _session.StartAsync(_identifier, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool IsNew(Dataset match)
    {
        var known = _seen.Count;
        var isNew = _seen.Add(match);
        _observe?.Invoke(match, isNew);
        _repeats = _seen.Count > known ? 0 : _repeats + 1;
        if (_repeats <= known + MaximumRepeats)
            return isNew;
        _session.Dispose();
        throw new ProtocolViolationException($"The PACS sent {_repeats} matches in a row that bring nothing new.");
    }

    /// <inheritdoc cref="QuerySession.CancelAsync"/>
    public Task CancelAsync() => _session.CancelAsync(_operation);
}
