using System.Net;
using System.Net.Sockets;

namespace PacsNm.Tests.Peers;

/// <summary>The requests that a test counts (PS3.7 E.1).</summary>
internal enum CommandField : ushort
{
    /// <summary>C-GET-RQ.</summary>
    Get = 0x0010,

    /// <summary>C-FIND-RQ.</summary>
    Find = 0x0020,
}

/// <summary>Passes bytes to a real server, counts connections and requests, and can hang up in the middle of an answer.</summary>
internal sealed class RecordingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _serverPort;
    private readonly long _hangUpAfter;
    private readonly bool _fallSilent;
    private readonly int _hangUps;
    private readonly int _served;
    private readonly List<MemoryStream> _sent = [];
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly MemoryStream _received = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private readonly List<Socket> _clients = [];
    private int _open;
    private int _mostOpen;
    private int _answered;

    /// <param name="serverPort">The server on 127.0.0.1.</param>
    /// <param name="hangUpAfter">Bytes from the server after which it hangs up.</param>
    /// <param name="fallSilent">It says nothing more then, instead, until it is disposed.</param>
    /// <param name="hangUps">On how many connections it does so; the later ones are let be.</param>
    /// <param name="served">How many connections reach the server; it closes the later ones, as if the server had gone away.</param>
    public RecordingProxy(
        int serverPort,
        long hangUpAfter = long.MaxValue,
        bool fallSilent = false,
        int hangUps = int.MaxValue,
        int served = int.MaxValue)
    {
        _served = served;
        _hangUps = hangUps;
        _serverPort = serverPort;
        _hangUpAfter = hangUpAfter;
        _fallSilent = fallSilent;
        _listener.Start();
        _ = AcceptAllAsync();
    }

    /// <summary>How many connections at a time reach the server. Further ones are accepted, and get no answer until one has ended.</summary>
    public int Answered { get; init; } = int.MaxValue;

    /// <summary>The most connections that were open at a time.</summary>
    public int MostOpen => Volatile.Read(ref _mostOpen);

    /// <summary>Bytes of the server that are exchanged for others of the same length.</summary>
    public (byte[] From, byte[] To)? Exchange { get; init; }

    /// <summary>Bytes of the clients that are exchanged for others of the same length.</summary>
    public (byte[] From, byte[] To)? ExchangeSent { get; init; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>All that clients have sent, one connection after the other.</summary>
    public byte[] Sent => [.. Recordings().SelectMany(bytes => bytes)];

    /// <summary>How many requests clients have sent with a command field (0000,0100), on all connections.</summary>
    public int Requests(CommandField field) => Recordings().Sum(bytes => SentMessages.Commands(bytes).Count(sent => sent == (ushort)field));

    /// <summary>All that the server has sent.</summary>
    public byte[] Received
    {
        get
        {
            lock (_received)
                return _received.ToArray();
        }
    }

    /// <summary>Waits until all connections are closed.</summary>
    public void WaitUntilAllClosed() => Wait.Until("all connections are closed", () => Volatile.Read(ref _open) == 0);

    public void Dispose()
    {
        _end.TrySetResult();
        _listener.Dispose();
    }

    private List<byte[]> Recordings()
    {
        lock (_sent)
            return [.. _sent.Select(connection => connection.ToArray())];
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Whether a client has not closed its connection. The proxy itself may notice that later.</summary>
    private static bool IsOpen(Socket client)
    {
        try
        {
            return !client.Poll(0, SelectMode.SelectRead) || client.Available > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using (client)
                await PassOneAsync(client);
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
        {
            // One end has closed its connection.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task PassOneAsync(TcpClient client)
    {
        var socket = client.Client;
        lock (_clients)
        {
            _clients.Add(socket);
            _mostOpen = Math.Max(_mostOpen, _clients.Count(IsOpen));
        }

        try
        {
            var number = Interlocked.Increment(ref _connections);
            var bound = number > _served ? 0 : number <= _hangUps ? _hangUpAfter : long.MaxValue;
            using var server = new TcpClient();
            await WaitForPlaceAsync();
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            var sent = new MemoryStream();
            lock (_sent)
                _sent.Add(sent);
            var toServer = CopyAsync(client.GetStream(), server.GetStream(), long.MaxValue, isFromServer: false, sent, _sent);
            var toClient = CopyAsync(server.GetStream(), client.GetStream(), bound, isFromServer: true, _received, _received);
            await Task.WhenAny(toServer, toClient);
        }
        finally
        {
            lock (_clients)
                _clients.Remove(socket);
            lock (_waiting)
            {
                _answered--;
                if (_waiting.TryDequeue(out var next))
                    next.SetResult();
            }
        }
    }

    private Task WaitForPlaceAsync()
    {
        lock (_waiting)
        {
            if (++_answered <= Answered)
                return Task.CompletedTask;
            var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(place);
            return place.Task;
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, long bound, bool isFromServer, MemoryStream record, object gate)
    {
        var buffer = new byte[4096];
        try
        {
            while (bound > 0 && await from.ReadAsync(buffer) is > 0 and var count)
            {
                count = (int)Math.Min(count, bound);
                if ((isFromServer ? Exchange : ExchangeSent) is var (fromBytes, toBytes))
                {
                    while (buffer.AsSpan(0, count).IndexOf(fromBytes) is >= 0 and var at)
                        toBytes.CopyTo(buffer, at);
                }

                lock (gate)
                    record.Write(buffer, 0, count);

                await to.WriteAsync(buffer.AsMemory(0, count));
                bound -= count;
            }

            if (bound == 0 && _fallSilent)
                await _end.Task;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
        }
    }
}

/// <summary>Accepts connections and says nothing.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();
}

/// <summary>Sends a text to whoever connects.</summary>
internal sealed class TextServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TextServer(string text)
    {
        _listener.Start();
        _ = SendAsync(text);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task SendAsync(string text)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
