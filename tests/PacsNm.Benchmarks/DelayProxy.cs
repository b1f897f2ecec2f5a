using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PacsNm.Benchmarks;

/// <summary>
/// A distance between clients and a server of this computer: a TCP relay on the loopback address that delivers every byte
/// half a round trip later, in order, over a link of limited rate that all its connections share.
/// </summary>
internal sealed class DelayProxy : IDisposable
{
    private readonly Distance _distance;
    private readonly IPEndPoint _target;
    private readonly bool _delaysConnections;
    private readonly DelayLink _toServer;
    private readonly DelayLink _toClient;
    private readonly TcpListener _listener;

    /// <param name="distance">The distance.</param>
    /// <param name="target">The server's port.</param>
    /// <param name="port">The port that clients connect to; 0 for any that is free.</param>
    /// <param name="delaysConnections">
    /// Whether a new connection begins a round trip later. A client connects to the proxy at once; over a network it waits for
    /// the answer of the server, and only then sends its first byte.
    /// </param>
    public DelayProxy(Distance distance, int target, int port = 0, bool delaysConnections = true)
    {
        _distance = distance;
        _target = new IPEndPoint(IPAddress.Loopback, target);
        _delaysConnections = delaysConnections;
        _toServer = new DelayLink(distance);
        _toClient = new DelayLink(distance);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Start(AcceptAll);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private static Thread Start(ThreadStart run)
    {
        var thread = new Thread(run) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private void AcceptAll()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptSocket();
                var accepted = Stopwatch.GetTimestamp();
                Start(() => Relay(client, accepted));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private void Relay(Socket client, long accepted)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            if (_delaysConnections)
                PreciseSleep.Until(accepted + _distance.RoundTrip * Stopwatch.Frequency / 1000);
            try
            {
                server.Connect(_target);
            }
            catch (SocketException)
            {
                return;
            }

            var requests = Start(() => new DelayLine(client, server, _toServer).Run());
            new DelayLine(server, client, _toClient).Run();
            requests.Join();
        }
    }
}
