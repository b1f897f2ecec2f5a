using System.Net;
using System.Net.Sockets;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Passes one association between a program on this machine and a peer, PDU by PDU, through a port of the loopback
/// address. It acknowledges immediately what the peer sends, which saves 40 ms per object if the peer leaves Nagle's algorithm
/// on, and it shows every PDU to a <see cref="RetrieveObserver"/> before it passes on.
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
    /// <param name="peer">A connection to the peer, which the relay takes over.</param>
    /// <param name="observer">Sees what passes.</param>
    /// <param name="idleLimit">How long nothing may pass before the relay ends both connections; asked again each time.</param>
    /// <param name="rateLimit">How fast the peer may send; null for as fast as it can.</param>
    public AssociationRelay(PduStream peer, RetrieveObserver observer, Func<TimeSpan> idleLimit, RateLimit? rateLimit)
    {
        _peer = peer;
        _observer = observer;
        _rateLimit = rateLimit;
        _listener.Start(1);
        _watch = new IdleWatch(idleLimit, Close);
    }

    /// <summary>The port on 127.0.0.1 that the program is to call.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Passes PDUs both ways until either end closes.</summary>
    /// <exception cref="ProtocolViolationException">The data were not DICOM, or not safe to pass on.</exception>
    /// <exception cref="PeerTimeoutException">Nothing came for too long.</exception>
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
            // The listener was closed before the program called: it did not start, or was stopped.
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (_watch.ExpiredLimit is { } limit)
            throw new PeerTimeoutException(NetworkPhase.Dimse, limit);
    }

    /// <summary>Ends both connections.</summary>
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
        // The callee of a stored object may be busy with those before it.
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
            // One end closed: the other one closes when it has all that was sent.
        }
        finally
        {
            to.Dispose();
        }
    }
}
