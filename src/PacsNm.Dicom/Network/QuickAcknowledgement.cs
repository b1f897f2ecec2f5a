using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Makes the system acknowledge what it receives at once. A peer that leaves Nagle's algorithm on waits for the
/// acknowledgement before it sends its next small message: about 40 ms each, where this is off.
/// </summary>
public static class QuickAcknowledgement
{
    private const int TcpLevel = 6;
    private const int LinuxTcpQuickAck = 12;
    private const int SioTcpSetAckFrequency = unchecked((int)0x98000017);

    private static readonly byte[] One = [1, 0, 0, 0];

    /// <summary>Sets what lasts for a connection. Call once, when it is connected.</summary>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            return;
        try
        {
            socket.IOControl(SioTcpSetAckFrequency, One, null);
        }
        catch (SocketException)
        {
            // An older Windows: slower, not wrong.
        }
    }

    /// <summary>Sets what the system forgets. Call before each read.</summary>
    public static void Renew(Socket socket)
    {
#if NET
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            socket.SetRawSocketOption(TcpLevel, LinuxTcpQuickAck, One);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The read that follows tells of a connection that has ended.
        }
#endif
    }
}
