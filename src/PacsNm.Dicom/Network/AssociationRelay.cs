using System.Net;
using System.Net.Sockets;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Relays one association, PDU by PDU, between a program on this computer and a peer, through a port of the loopback address. It
/// acknowledges received data immediately, which saves 40 ms per object if the peer leaves Nagle's algorithm on. The association with the
/// peer can be an open one, which the release of the program does not end. A <see cref="RetrieveObserver"/> sees every message before it
/// is relayed.
/// </summary>
public sealed class AssociationRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<AssociateRequest, CancellationToken, Task<Association>> _associate;
    private readonly RetrieveObserver _observer;
    private readonly RateLimit? _rateLimit;
    private readonly CancellationTokenSource _ending = new();
    private readonly IdleWatch _watch;
    private PduStream? _program;
    private Association? _association;

    /// <summary>Opens the port.</summary>
    /// <param name="associate">
    /// Returns an association with the peer that has the contexts that the program proposes, under the same numbers. The caller owns it.
    /// </param>
    /// <param name="observer">Sees every message.</param>
    /// <param name="idleLimit">Returns the longest idle time, after which the relay ends both connections. It is called repeatedly.</param>
    /// <param name="rateLimit">Limits the rate at which the peer sends; null for no limit.</param>
    public AssociationRelay(
        Func<AssociateRequest, CancellationToken, Task<Association>> associate,
        RetrieveObserver observer,
        Func<TimeSpan> idleLimit,
        RateLimit? rateLimit)
    {
        _associate = associate;
        _observer = observer;
        _rateLimit = rateLimit;
        _listener.Start(1);
        _watch = new IdleWatch(idleLimit, Close);
    }

    /// <summary>The TCP port on 127.0.0.1 to which the program connects.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>
    /// Whether the peer has ended the operation and the program has released its association, so that the association with the peer can
    /// serve another one.
    /// </summary>
    public bool IsReusable { get; private set; }

    /// <summary>Relays messages in both directions until the program releases its association, or either end closes.</summary>
    /// <exception cref="DicomNetworkException">There was no association with the peer.</exception>
    /// <exception cref="ProtocolViolationException">The data was not DICOM, or was not safe to relay.</exception>
    /// <exception cref="PeerTimeoutException">Nothing arrived within the idle limit.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Closing the connections ends every wait on them.
        using var registration = cancellationToken.Register(Close);
        try
        {
            var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
            _listener.Stop();
            _program = socket.ToPduStream();
            if (_ending.IsCancellationRequested)
                Close();
            await AssociateAsync(cancellationToken).ConfigureAwait(false);
            await ExchangeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed before the program connected: the program did not start, or was stopped.
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            // The program sees the end of a relay that failed.
            _program?.Dispose();
        }

        if (_watch.ExpiredLimit is { } limit)
            throw new PeerTimeoutException(NetworkPhase.Dimse, limit);
    }

    /// <summary>Closes the connection with the program. An association that is not reusable is aborted.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _listener.Stop();
        _program?.Dispose();
        if (!IsReusable)
            _association?.Dispose();
        _watch.Dispose();
    }

    /// <summary>Answers the request of the program as the peer answered the same proposal.</summary>
    private async Task AssociateAsync(CancellationToken cancellationToken)
    {
        Pdu pdu;
        try
        {
            pdu = await _program!.ReadAsync().ConfigureAwait(false);
        }
        catch (AssociationAbortedException)
        {
            // The program has closed the connection. Its output says why.
            return;
        }

        if (pdu.Type != PduType.AssociateRequest)
            throw new ProtocolViolationException($"{pdu.Type} came from the program before an association request.");
        _observer.ObserveRetriever(pdu);
        var request = AssociatePdu.DecodeRequest(pdu.Body.Span);
        Association association;
        _watch.Hold();
        try
        {
            association = await _associate(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _watch.Release();
        }

        // The association may have contexts that the program does not know.
        var proposed = new HashSet<byte>(request.PresentationContexts.Select(context => context.Id));
        var accept = association.Accept with
        {
            PresentationContexts = [.. association.Accept.PresentationContexts.Where(result => proposed.Contains(result.Id))],
        };
        _observer.BeginRelay(association.Contexts);
        _association = association;
        if (_ending.IsCancellationRequested)
            Close();
        var answer = AssociatePdu.Encode(accept);
        await _program.WriteAsync(answer).ConfigureAwait(false);
    }

    private async Task ExchangeAsync()
    {
        if (_association is null)
            return;
        var toPeer = PassToPeerAsync(_association);
        var toProgram = PassToProgramAsync(_association);
        await Task.WhenAny(toPeer, toProgram).ConfigureAwait(false);

        // Without its final response, the operation has ended for both ends when it has ended for one.
        if (!_observer.IsEnded)
            Close();
        await Task.WhenAll(toPeer, toProgram).ConfigureAwait(false);
        IsReusable = toPeer.Result && _observer.IsEnded && _association.IsOpen;
    }

    private void Close()
    {
        _ending.Cancel();
        _listener.Stop();
        _program?.Dispose();
        _association?.Dispose();
    }

    private void Observe(Pdu pdu, Action<Pdu> observe)
    {
        // The callback for a stored object may still be busy with earlier objects.
        _watch.Hold();
        try
        {
            observe(pdu);
        }
        finally
        {
            _watch.Release();
        }
    }

    /// <summary>Passes what the program sends.</summary>
    /// <returns>Whether the program released the association.</returns>
    private async Task<bool> PassToPeerAsync(Association association)
    {
        Action<Pdu> observe = _observer.ObserveRetriever;
        try
        {
            while (true)
            {
                var pdu = await _program!.ReadAsync().ConfigureAwait(false);
                Observe(pdu, observe);
                if (pdu.Type == PduType.ReleaseRequest)
                {
                    var answer = Pdu.ReleaseResponse();
                    await _program.WriteAsync(answer).ConfigureAwait(false);
                    return true;
                }

                if (pdu.Type != PduType.DataTransfer)
                    return false;
                await association.WritePduAsync(pdu).ConfigureAwait(false);
                _watch.Touch();
            }
        }
        catch (AssociationAbortedException)
        {
            // One end has closed.
            return false;
        }
    }

    /// <summary>Passes what the peer sends, up to the final response.</summary>
    private async Task PassToProgramAsync(Association association)
    {
        Action touch = _watch.Touch;
        Action<Pdu> observe = _observer.ObservePeer;
        try
        {
            while (!_observer.IsEnded)
            {
                var pdu = await association.ReadPduAsync().ConfigureAwait(false);
                Observe(pdu, observe);
                await _program!.WriteAsync(pdu.Whole).ConfigureAwait(false);
                touch();
                if (pdu.Type != PduType.DataTransfer)
                    return;
                if (_rateLimit is not null)
                    await _rateLimit.WaitAsync(pdu.Whole.Length, touch, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is AssociationAbortedException or OperationCanceledException)
        {
            // One end has closed.
        }
    }
}
