using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Makes the system acknowledge received data immediately. A peer that leaves Nagle's algorithm on waits for the
/// acknowledgement before it sends its next small message, which costs about 40 ms each time without this.
/// </summary>
public static class QuickAcknowledgement
{
    private const int TcpLevel = 6;
    private const int LinuxTcpQuickAck = 12;
    private const int SioTcpSetAckFrequency = unchecked((int)0x98000017);

    private static readonly byte[] One = [1, 0, 0, 0];

    /// <summary>Sets the options that last. Call it once, when the socket is connected.</summary>
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
            // Older versions of Windows lack it: slower, but correct.
        }
    }

    /// <summary>Sets the option that the system resets. Call it before each read.</summary>
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
            // The read that follows reports a connection that has ended.
        }
#endif
    }
}
