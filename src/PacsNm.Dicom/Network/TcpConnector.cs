using System.Net.Sockets;

namespace PacsNm.Dicom.Network;

/// <summary>Opens TCP connections.</summary>
public static class TcpConnector
{
    /// <summary>Connects to a host.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="limit">How long to try, name resolution included.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A socket without Nagle's algorithm and with quick acknowledgement.</returns>
    /// <exception cref="PeerUnreachableException">No such host, or it refused.</exception>
    /// <exception cref="PeerTimeoutException">No answer within the limit.</exception>
    public static async Task<Socket> ConnectAsync(
        string host,
        int port,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var connect = socket.ConnectAsync(host, port);
            connect.Forget();
            await connect.WithinAsync(limit, cancellationToken).ConfigureAwait(false);
            QuickAcknowledgement.Prepare(socket);
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
                $"No TCP connection to {host}:{port}: {exception.SocketErrorCode}.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The PDU stream over a connected socket, which it takes over.</summary>
    public static PduStream ToPduStream(this Socket socket) =>
        new(new NetworkStream(socket, ownsSocket: true), beforeRead: () => QuickAcknowledgement.Renew(socket));
}
