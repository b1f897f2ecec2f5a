using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Makes the system acknowledge received data immediately. A peer that leaves Nagle's algorithm on waits for the
/// acknowledgement before it sends its next small message, which costs about 40 ms each time without this.
/// </summary>
/// <remarks>
/// A system without the option is slower and not wrong, so no failure is thrown. On Windows the option is set with WSAIoctl itself:
/// after a failed <see cref="Socket.IOControl(int, byte[], byte[])"/> .NET takes the socket for disconnected.
/// </remarks>
internal static class QuickAcknowledgement
{
    private const int TcpLevel = 6;
    private const int LinuxTcpQuickAck = 12;
    private const uint SioTcpSetAckFrequency = 0x98000017;

    private static readonly byte[] One = [1, 0, 0, 0];

    /// <summary>Asks for it. Call it once, when the socket is connected.</summary>
    /// <returns>Whether the system does it.</returns>
    public static bool TryEnable(Socket socket) =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? TryEnableOnWindows(socket) : Renew(socket);

    /// <summary>Asks for it again where the system forgets it. Call it before each read.</summary>
    /// <returns>Whether the system takes the option in this way.</returns>
    public static bool Renew(Socket socket)
    {
#if NET
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            socket.SetRawSocketOption(TcpLevel, LinuxTcpQuickAck, One);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The read that follows reports a connection that has ended.
        }
#endif
        return false;
    }

    private static bool TryEnableOnWindows(Socket socket)
    {
        try
        {
            var result = WSAIoctl(
                socket.Handle, SioTcpSetAckFrequency, One, One.Length, IntPtr.Zero, 0, out _, IntPtr.Zero, IntPtr.Zero);
            GC.KeepAlive(socket);
            return result == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    [DllImport("ws2_32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int WSAIoctl(
        IntPtr socket,
        uint code,
        byte[] input,
        int inputLength,
        IntPtr output,
        int outputLength,
        out int bytesReturned,
        IntPtr overlapped,
        IntPtr completionRoutine);
}
