using System.Net;
using System.Net.Sockets;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>What fails before an association names its phase: the host name, the TCP connection, the TLS handshake.</summary>
public sealed class ConnectionPhaseTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TlsOptions AnyPeer = new("127.0.0.1", null, SkipCertificateCheck: true);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConnectionPhaseTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private static Task<Socket> ConnectAsync(int port) =>
        TcpConnector.ConnectAsync([IPAddress.Loopback], "127.0.0.1", port, Soon, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_host_name_that_is_none()
    {
        // Longer than any name: no name server is asked.
        var exception = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => TcpConnector.ResolveAsync(new string('a', 300), Soon, TestContext.Current.CancellationToken));
        Assert.Equal(NetworkPhase.NameResolution, exception.Phase);
        Assert.Contains("has no address", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on()
    {
        var port = Port;
        _listener.Stop();
        var exception = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => ConnectAsync(port));
        Assert.Equal(NetworkPhase.Connect, exception.Phase);
        Assert.Contains("No TCP connection", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_takes_TCP_and_says_nothing_to_TLS()
    {
        var socket = await ConnectAsync(Port);
        var exception = await Assert.ThrowsAsync<PeerTimeoutException>(
            () => socket.ToPduStreamAsync(AnyPeer, TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));
        Assert.Equal(NetworkPhase.TlsHandshake, exception.Phase);
        Assert.Contains("TLS handshake", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_hangs_up_on_TLS()
    {
        var connecting = ConnectAsync(Port);
        using (await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
        }

        var exception = await Assert.ThrowsAsync<PeerUnreachableException>(
            async () => await (await connecting).ToPduStreamAsync(AnyPeer, Soon, TestContext.Current.CancellationToken));
        Assert.Equal(NetworkPhase.TlsHandshake, exception.Phase);
        Assert.Contains("TLS handshake", exception.Message, StringComparison.Ordinal);
    }
}
