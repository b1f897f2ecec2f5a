using System.Net;
using System.Net.Sockets;

namespace PacsNm.Tests.Peers;

/// <summary>Accepts associations as a real server did, reads what is asked, and then says what it is told to.</summary>
internal sealed class LyingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _acceptance;
    private readonly Func<Stream, Task> _say;

    /// <param name="acceptance">The real server's A-ASSOCIATE-AC.</param>
    /// <param name="say">What comes after the first request.</param>
    public LyingServer(byte[] acceptance, Func<Stream, Task> say)
    {
        _acceptance = acceptance;
        _say = say;
        _listener.Start();
        _ = AcceptAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[65536];
                _ = await stream.ReadAsync(buffer);
                await stream.WriteAsync(_acceptance);
                _ = await stream.ReadAsync(buffer);
                await _say(stream);

                // Until the other end hangs up.
                while (await stream.ReadAsync(buffer) > 0)
                {
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
            }
        }
    }
}
