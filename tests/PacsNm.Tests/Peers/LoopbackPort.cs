using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PacsNm.Tests.Peers;

/// <summary>Ports of 127.0.0.1.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that nobody listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until no connection of this machine to a port stands.</summary>
    public static void WaitUntilNoneTo(int port) => Wait.Until($"no connection to port {port}", () => ConnectionsTo(port) == 0);

    /// <summary>Connections of this machine to a port that stand.</summary>
    public static int ConnectionsTo(int port) => IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveTcpConnections()
        .Count(connection => connection.RemoteEndPoint.Port == port && connection.State == TcpState.Established);
}
