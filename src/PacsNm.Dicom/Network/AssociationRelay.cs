using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Passes one association between a program on this machine and a peer, PDU by PDU, through a port of the loopback
/// address. It acknowledges at once what the peer sends, which spares 40 ms an object where the peer leaves Nagle's
/// algorithm on, and it shows all that passes to a <see cref="RetrieveObserver"/> before it passes.
/// </summary>
public sealed class AssociationRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly PduStream _peer;
    private readonly RetrieveObserver _observer;
    private readonly Func<TimeSpan> _idleLimit;
    private readonly RateLimit? _rateLimit;
    private readonly CancellationTokenSource _ending = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private PduStream? _program;
    private long _lastPassed;

    /// <summary>Opens the port.</summary>
    /// <param name="peer">A connection to the peer, which the relay takes over.</param>
    /// <param name="observer">Sees what passes.</param>
    /// <param name="idleLimit">How long nothing may pass before the relay ends both connections; asked again each time.</param>
    /// <param name="rateLimit">How fast the peer may send; null for as fast as it can.</param>
    public AssociationRelay(PduStream peer, RetrieveObserver observer, Func<TimeSpan> idleLimit, RateLimit? rateLimit)
    {
        _peer = peer;
        _observer = observer;
        _idleLimit = idleLimit;
        _rateLimit = rateLimit;
        _listener.Start(1);
    }

    /// <summary>The port on 127.0.0.1 that the program is to call.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private TimeSpan Idle => TimeSpan.FromMilliseconds(_clock.ElapsedMilliseconds - Interlocked.Read(ref _lastPassed));

    /// <summary>Passes PDUs both ways until either end closes.</summary>
    /// <exception cref="ProtocolViolationException">What came was no DICOM, or unsafe to pass on.</exception>
    /// <exception cref="PeerTimeoutException">Nothing came for too long.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Closing the sockets ends every wait on them.
        using var registration = cancellationToken.Register(Dispose);
        try
        {
            var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
            _listener.Stop();
            QuickAcknowledgement.Prepare(socket);
            _program = socket.ToPduStream();
            if (cancellationToken.IsCancellationRequested)
                Dispose();
            var toPeer = PassAsync(_program, _peer, _observer.ObserveRetriever, rateLimit: null);
            var toProgram = PassAsync(_peer, _program, _observer.ObservePeer, _rateLimit);
            await Task.WhenAll(toPeer, toProgram).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed before the program called: it did not start, or was stopped.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends both connections.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _listener.Stop();
        _program?.Dispose();
        _peer.Dispose();
    }

    private async Task PassAsync(PduStream from, PduStream to, Action<Pdu> observe, RateLimit? rateLimit)
    {
        try
        {
            while (true)
            {
                var pdu = await ReadAsync(from).ConfigureAwait(false);
                observe(pdu);
                var deadline = Deadline.After(NetworkPhase.Dimse, _idleLimit());
                await to.WriteAsync(pdu.Whole, deadline, CancellationToken.None).ConfigureAwait(false);
                Touch();
                if (rateLimit is not null)
                    await rateLimit.WaitAsync(pdu.Whole.Length, Touch, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is AssociationAbortedException or OperationCanceledException)
        {
            // One end closed: so does the other, once it has all that was sent.
        }
        finally
        {
            to.Dispose();
        }
    }

    private void Touch() => Interlocked.Exchange(ref _lastPassed, _clock.ElapsedMilliseconds);

    private async Task<Pdu> ReadAsync(PduStream from)
    {
        while (true)
        {
            try
            {
                var deadline = Deadline.After(NetworkPhase.Dimse, _idleLimit() - Idle);
                return await from.ReadAsync(deadline, CancellationToken.None).ConfigureAwait(false);
            }
            catch (PeerTimeoutException) when (Idle < _idleLimit())
            {
                // One end has been silent; the other has not.
            }
        }
    }
}
