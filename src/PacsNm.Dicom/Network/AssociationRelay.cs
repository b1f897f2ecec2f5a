using System.Net;
using System.Net.Sockets;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Relays one association, PDU by PDU, between a program on this computer and a peer, through a port of the loopback address. It
/// acknowledges received data immediately, which saves 40 ms per object if the peer leaves Nagle's algorithm on. A
/// <see cref="RetrieveObserver"/> sees every PDU before it is relayed.
/// </summary>
public sealed class AssociationRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly PduStream _peer;
    private readonly RetrieveObserver _observer;
    private readonly RateLimit? _rateLimit;
    private readonly CancellationTokenSource _ending = new();
    private readonly IdleWatch _watch;
    private PduStream? _program;

    /// <summary>Opens the port.</summary>
    /// <param name="peer">A connection to the peer. The relay owns it.</param>
    /// <param name="observer">Sees every PDU.</param>
    /// <param name="idleLimit">Returns the longest idle time, after which the relay ends both connections. It is called repeatedly.</param>
    /// <param name="rateLimit">Limits the rate at which the peer sends; null for no limit.</param>
    public AssociationRelay(PduStream peer, RetrieveObserver observer, Func<TimeSpan> idleLimit, RateLimit? rateLimit)
    {
        _peer = peer;
        _observer = observer;
        _rateLimit = rateLimit;
        _listener.Start(1);
        _watch = new IdleWatch(idleLimit, Close);
    }

    /// <summary>The TCP port on 127.0.0.1 to which the program connects.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Relays PDUs in both directions until either end closes.</summary>
    /// <exception cref="ProtocolViolationException">The data was not DICOM, or was not safe to relay.</exception>
    /// <exception cref="PeerTimeoutException">Nothing arrived within the idle limit.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Closing the sockets ends every wait on them.
        using var registration = cancellationToken.Register(Close);
        try
        {
            var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
            _listener.Stop();
            _program = socket.ToPduStream();
            if (_ending.IsCancellationRequested)
                Close();
            var toPeer = PassAsync(_program, _peer, _observer.ObserveRetriever, rateLimit: null);
            var toProgram = PassAsync(_peer, _program, _observer.ObservePeer, _rateLimit);
            await Task.WhenAll(toPeer, toProgram).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed before the program connected: the program did not start, or was stopped.
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (_watch.ExpiredLimit is { } limit)
            throw new PeerTimeoutException(NetworkPhase.Dimse, limit);
    }

    /// <summary>Closes both connections.</summary>
    public void Dispose()
    {
        Close();
        _watch.Dispose();
    }

    private void Close()
    {
        _ending.Cancel();
        _listener.Stop();
        _program?.Dispose();
        _peer.Dispose();
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

    private async Task PassAsync(PduStream from, PduStream to, Action<Pdu> observe, RateLimit? rateLimit)
    {
        Action touch = _watch.Touch;
        try
        {
            while (true)
            {
                var pdu = await from.ReadAsync().ConfigureAwait(false);
                Observe(pdu, observe);
                await to.WriteAsync(pdu.Whole).ConfigureAwait(false);
                touch();
                if (rateLimit is not null)
                    await rateLimit.WaitAsync(pdu.Whole.Length, touch, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is AssociationAbortedException or OperationCanceledException)
        {
            // One end has closed. The other end closes after it has received all data.
        }
        finally
        {
            to.Dispose();
        }
    }
}
