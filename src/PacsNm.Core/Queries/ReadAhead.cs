using System.Runtime.ExceptionServices;
using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>
/// Passes on the matches of a query to a consumer that may need minutes per match, such as a retrieval. If the consumer is slow, the
/// remaining matches are read and the association is released: a PACS does not wait, and may allow only a single association, which the
/// retrieval needs. A fast consumer gets each match directly from the association.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    /// <summary>The most matches to read ahead.</summary>
    private const int Bound = 100_000;

    /// <summary>How long a consumer may take before the remaining matches are read.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly ResilientQuery _query;
    private readonly QuerySession _session;
    private readonly CancellationTokenSource _stopping;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Queue<Dataset> _ahead = new();
    private readonly Timer _timer;

    /// <summary>Counts up when the consumer asks for a match and when it gets it. It is even while the consumer works.</summary>
    private long _turn;
    private long _turnAtLastTick;
    private int _isReadingOn;
    private bool _isEnded;
    private ExceptionDispatchInfo? _failure;

    public ReadAhead(ResilientQuery query, QuerySession session, CancellationToken cancellationToken)
    {
        _query = query;
        _session = session;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = new Timer(_ => Tick(), null, Patience, Patience);
    }

    /// <inheritdoc cref="ResilientQuery.NextAsync"/>
    public async ValueTask<Dataset?> NextAsync()
    {
        Interlocked.Increment(ref _turn);
        await _reading.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            if (_ahead.Count > 0)
                return _ahead.Dequeue();
            _failure?.Throw();
            return _isEnded ? null : await _query.NextAsync(_stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
            Interlocked.Increment(ref _turn);
        }
    }

    /// <summary>Stops reading. The query can then be cancelled.</summary>
    public async Task StopAsync()
    {
        _timer.Dispose();
        _stopping.Cancel();
        await _reading.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _reading.Release();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _stopping.Dispose();
    }

    private void Tick()
    {
        var turn = Interlocked.Read(ref _turn);
        var isSlow = turn % 2 == 0 && turn > 0 && turn == _turnAtLastTick;
        _turnAtLastTick = turn;
        if (isSlow && Interlocked.Exchange(ref _isReadingOn, 1) == 0)
            _ = ReadOnAsync(turn);
    }

    private async Task ReadOnAsync(long turn)
    {
        try
        {
            while (Interlocked.Read(ref _turn) == turn && !_isEnded && _failure is null && _ahead.Count < Bound)
                await ReadOneAsync().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isReadingOn, 0);
        }
    }

    private async Task ReadOneAsync()
    {
        await _reading.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_stopping.IsCancellationRequested)
            {
                _isEnded = true;
            }
            else if (await _query.NextAsync(_stopping.Token).ConfigureAwait(false) is { } match)
            {
                _ahead.Enqueue(match);
            }
            else
            {
                _isEnded = true;
                _session.Close();
            }
        }
        catch (Exception exception)
        {
            // The consumer gets the failure after the matches that came before it.
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            _reading.Release();
        }
    }
}
