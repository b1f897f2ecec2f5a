using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PacsNm.Dicom.Network;

/// <summary>Opens TCP connections.</summary>
public static class TcpConnector
{
    /// <summary>Looks up a host name.</summary>
    /// <param name="host">A name, or an address, which needs no look-up.</param>
    /// <param name="limit">How long to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeerUnreachableException">The host is unknown.</exception>
    /// <exception cref="PeerTimeoutException">No answer within the limit.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            var lookup = Dns.GetHostAddressesAsync(host);
            lookup.Forget();
            var addresses = await lookup.WithinAsync(limit, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (TimeoutException)
        {
            throw new PeerTimeoutException(NetworkPhase.NameResolution, limit);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            var problem = exception is SocketException { SocketErrorCode: var code } ? $"{code}" : "it is not a valid host name";
            throw new PeerUnreachableException(
                NetworkPhase.NameResolution, $"The host name '{host}' has no address: {problem}.", exception);
        }
    }

    /// <summary>Connects to the first of several addresses that answers.</summary>
    /// <param name="addresses">What <see cref="ResolveAsync"/> gave.</param>
    /// <param name="host">The name that messages show.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="limit">How long to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A connected socket.</returns>
    /// <exception cref="PeerUnreachableException">It refused the connection.</exception>
    /// <exception cref="PeerTimeoutException">No answer within the limit.</exception>
    public static async Task<Socket> ConnectAsync(
        IPAddress[] addresses,
        string host,
        int port,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var connect = socket.ConnectAsync(addresses, port);
            connect.Forget();
            await connect.WithinAsync(limit, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch (TimeoutException)
        {
            socket.Dispose();
            throw new PeerTimeoutException(NetworkPhase.Connect, limit);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new PeerUnreachableException(
                NetworkPhase.Connect, $"No TCP connection to {host}:{port}: {exception.SocketErrorCode}.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The PDU stream over a connected socket, which it takes over. The socket sends without Nagle's algorithm and acknowledges quickly
    /// where the system can.
    /// </summary>
    public static PduStream ToPduStream(this Socket socket) => ToPduStream(socket, new NetworkStream(socket, ownsSocket: true));

    /// <summary>The PDU stream over a connected socket, which it takes over, through TLS.</summary>
    /// <exception cref="PeerUnreachableException">The peer does not speak TLS, or its certificate is not trusted.</exception>
    /// <exception cref="PeerTimeoutException">It did not answer within the limit.</exception>
    public static async Task<PduStream> ToPduStreamAsync(
        this Socket socket,
        TlsOptions tls,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        return ToPduStream(socket, await tls.AuthenticateAsync(stream, limit, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The PDU stream over an accepted socket, which it takes over.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="certificate">Our own certificate, to speak TLS as its server; null to speak no TLS.</param>
    /// <param name="limit">How long the TLS handshake may take.</param>
    /// <param name="wrap">Wraps the connection in a stream of the caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeerUnreachableException">The peer does not speak TLS.</exception>
    /// <exception cref="PeerTimeoutException">It did not answer within the limit.</exception>
    public static async Task<PduStream> ToPduStreamAsync(
        this Socket socket,
        X509Certificate2? certificate,
        TimeSpan limit,
        Func<Stream, Stream> wrap,
        CancellationToken cancellationToken)
    {
        var stream = (Stream)new NetworkStream(socket, ownsSocket: true);
        if (certificate is not null)
            stream = await TlsOptions.AuthenticateAsServerAsync(stream, certificate, limit, cancellationToken).ConfigureAwait(false);
        return ToPduStream(socket, wrap(stream));
    }

    private static PduStream ToPduStream(Socket socket, Stream stream)
    {
        socket.NoDelay = true;
        return new PduStream(stream, beforeRead: () => QuickAcknowledgement.Renew(socket))
        {
            AcknowledgesQuickly = QuickAcknowledgement.TryEnable(socket),
        };
    }
}
