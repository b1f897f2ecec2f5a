using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// One query of an input, in parts if the PACS limits its answers. The consumer takes one event at a time, on any thread. It gets each
/// study as soon as the PACS has sent it and its modalities are known.
/// </summary>
internal sealed class StudySearch
{
    private enum Phase
    {
        Asking,
        Completing,
        Ended,
    }

    private readonly StudyQuery _query;
    private readonly IQueryPeer _peer;
    private readonly SearchCall _call;
    private readonly ServerKnowledge _server;
    private readonly QueryBudget _budget;
    private readonly CancellationToken _cancellationToken;
    private readonly SearchPeriod _period;
    private readonly PendingParts _parts;
    private readonly DivisionRule _rule = new();
    private readonly ModalityLookup _lookup;
    private readonly StudyCompletion _completion;
    private readonly SearchResults _results;
    private readonly SeenUids _seen = new(Tags.StudyInstanceUID);
    private readonly Queue<SearchEvent> _events = new();
    private Phase _phase;
    private QuerySlice? _part;
    private Dataset? _keys;
    private PartTally? _tally;
    private IQueryRun? _run;
    private DimseFailureException? _failure;

    /// <param name="query">The query.</param>
    /// <param name="peer">The PACS. Its association must be free.</param>
    /// <param name="call">What the searches of the call share.</param>
    /// <param name="budget">What the queries of the input share.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    public StudySearch(StudyQuery query, IQueryPeer peer, SearchCall call, QueryBudget budget, CancellationToken cancellationToken)
    {
        var options = call.Options;
        (_query, _peer, _call, _budget, _cancellationToken) = (query, peer, call, budget, cancellationToken);
        _server = call.Of(peer.Server);
        _period = SearchPeriod.Of(query, query.ToIdentifier(options.Further), options);
        _parts = PendingParts.Of(_period.Range, options.Splitting, options.Today);
        _budget.Allow(QueryBudget.Derive(_period.Range, options.Splitting, options.Today));
        _lookup = new ModalityLookup(peer, options.ThrottleLimit, _server.Modalities);
        _completion = new StudyCompletion(
            options.LooksUpModalities ? _lookup : null, options.ThrottleLimit, isBeside: !query.Keys.IsRow);
        _results = new SearchResults(query, peer.Server, call);
    }

    /// <summary>The identifiers, or the row, that were not found. Valid after the last event.</summary>
    public IEnumerable<MissingStudy> Missing => _results.Missing(_period);

    /// <summary>Waits for the next event.</summary>
    /// <returns>The event; null after the last one.</returns>
    /// <exception cref="DicomNetworkException">The PACS refused the query or could not be used.</exception>
    /// <exception cref="KeyNotEncodableException">The character set cannot encode a key.</exception>
    public async ValueTask<SearchEvent?> NextAsync()
    {
        while (_events.Count == 0)
        {
            if (_phase == Phase.Asking)
                await AskAsync().ConfigureAwait(false);
            else if (_phase == Phase.Completing)
                await CompleteAsync().ConfigureAwait(false);
            else
                return _failure is null ? null : throw _failure;
        }

        return _events.Dequeue();
    }

    /// <summary>Ends the search and closes the associations of look-ups. Call it once.</summary>
    public async Task StopAsync()
    {
        if (_run is not null)
            await _run.StopAsync().ConfigureAwait(false);
        _run = null;
        _lookup.Dispose();
    }

    /// <summary>Runs one step of the queries: prepare a query, send it, read a match, or end it.</summary>
    private async ValueTask AskAsync()
    {
        if (_run is not null)
        {
            if (_call.IsWanted && await _run.NextAsync().ConfigureAwait(false) is { } match)
                await TakeAsync(match).ConfigureAwait(false);
            else
                await EndPartAsync().ConfigureAwait(false);
        }
        else if (_keys is null)
        {
            Prepare();
        }
        else
        {
            _run = await _peer.AskAsync(_keys, _seen, _tally!.Add, _cancellationToken).ConfigureAwait(false);
        }
    }

    private void Prepare()
    {
        if (!_call.IsWanted || !_parts.TryTake(out _part))
        {
            _phase = Phase.Completing;
            return;
        }

        if (!_budget.TryUse())
        {
            Note(Shortfall.QueryLimit, _budget.Limit);
            _phase = Phase.Completing;
            return;
        }

        var identifier = _query.ToIdentifier(_call.Options.Further);
        _part?.ApplyTo(identifier);
        _keys = identifier.ToDataset();
        _tally = new PartTally(_part, _call.Options.Today);
        _events.Enqueue(new QueryStarted(_keys));
    }

    private async Task EndPartAsync()
    {
        var run = _run!;
        _run = null;
        _keys = null;
        await run.StopAsync().ConfigureAwait(false);
        var end = run.End;
        _events.Enqueue(new QueryEnded(end, run.OptionalKeysUnsupported));
        if (!end.WasEnough)
            Judge(end);
    }

    private void Judge(QueryEnd end)
    {
        var mayDivide = _part is not null && _call.Options.Splitting != DateSplitting.Never;
        var isAllNamed = end.Count == _query.Keys.Uids.Length && end.Failure is null;
        var reachesLimit = _server.Limit.IsReachedBy(end) && !isAllNamed;
        if (end.Failure is not null && !(end.IsTruncated && mayDivide))
        {
            // The studies before it are returned first.
            _failure = end.Failure;
            _phase = Phase.Completing;
            return;
        }

        Act(_rule.Judge(_tally!, reachesLimit, mayDivide), end, mayDivide);
    }

    private void Act(PartVerdict verdict, QueryEnd end, bool mayDivide)
    {
        switch (verdict)
        {
            case PartVerdict.Divide:
                _events.Enqueue(new PartDivided(_part!, end.Count));
                _parts.AddHalves(_tally!);
                if (end.IsTruncated && _part!.IsWholeDay)
                    Note(Shortfall.ByHours, end.Count);
                break;
            case PartVerdict.Truncated when end.IsTruncated || mayDivide:
                Note(end.IsTruncated ? Shortfall.Truncated : Shortfall.MayBeTruncated, end.Count);
                break;
            case PartVerdict.KeyIgnored:
                Note(Shortfall.KeyIgnored, end.Count);
                _phase = Phase.Completing;
                break;
        }
    }

    private void Note(Shortfall kind, int number) => _call.Shortfalls.Add(_peer.Server, kind, _part, number);

    private async ValueTask TakeAsync(Dataset match)
    {
        if (_call.Options.FallbackEncoding is { } encoding && !match.DeclaresCharacterSet)
            match.Set(Tags.SpecificCharacterSet, encoding);
        if (!_completion.TryAdd(match, _cancellationToken))
            Emit(match);
        while (_call.IsWanted && _completion.IsFull)
            await EmitFirstAsync().ConfigureAwait(false);
    }

    /// <summary>Runs one step after the queries: waiting studies, deferred studies, then the end.</summary>
    private async Task CompleteAsync()
    {
        if (_call.IsWanted && _completion.IsWaiting)
        {
            await EmitFirstAsync().ConfigureAwait(false);
        }
        else if (_call.IsWanted && _completion.HasDeferred)
        {
            Emit(await _completion.TakeDeferredAsync(_cancellationToken).ConfigureAwait(false));
        }
        else
        {
            _lookup.Close();
            _phase = Phase.Ended;
        }
    }

    private async Task EmitFirstAsync()
    {
        if (await _completion.TakeAsync().ConfigureAwait(false) is { } study)
            Emit(study);
    }

    private void Emit(Dataset match) => _results.Add(match, _events);
}
