using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PacsNm.Tests.Peers;

/// <summary>
/// Accepts whatever is proposed, and answers the first message with bytes of the test's choice. It has its own few lines of
/// PDUs, and nothing of ours.
/// </summary>
internal sealed class LyingPacs : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<Stream, CancellationToken, Task> _lie;
    private int _open;

    /// <param name="lie">Says what it says in place of an answer.</param>
    public LyingPacs(Func<Stream, CancellationToken, Task> lie)
    {
        _lie = lie;
        _listener.Start();
        _ = AcceptAllAsync();
    }

    /// <summary>The form that -Server takes.</summary>
    public string Address => $"LIAR@127.0.0.1:{Port}";

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether every connection is closed by the other end, within a time.</summary>
    public bool AllClosed(TimeSpan limit) => SpinWait.SpinUntil(() => Volatile.Read(ref _open) == 0, limit);

    /// <summary>A P-DATA-TF PDU with one PDV (PS3.8 9.3.5).</summary>
    public static byte[] DataPdu(byte context, byte control, byte[] fragment)
    {
        var pdu = new byte[12 + fragment.Length];
        pdu[0] = 4;
        BinaryPrimitives.WriteInt32BigEndian(pdu.AsSpan(2), fragment.Length + 6);
        BinaryPrimitives.WriteInt32BigEndian(pdu.AsSpan(6), fragment.Length + 2);
        pdu[10] = context;
        pdu[11] = control;
        fragment.CopyTo(pdu, 12);
        return pdu;
    }

    /// <summary>The command set of a response (PS3.7 9.3.2.2), in one fragment.</summary>
    public static byte[] Response(ushort field, ushort messageId, ushort status, bool hasDataSet, byte context = 1)
    {
        using var command = new MemoryStream();
        Number(0x0100, field);
        Number(0x0120, messageId);
        Number(0x0800, (ushort)(hasDataSet ? 1 : 0x0101));
        Number(0x0900, status);
        return DataPdu(context, 3, command.ToArray());

        void Number(ushort element, ushort value)
        {
            var bytes = new byte[10];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), element);
            bytes[4] = 2;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), value);
            command.Write(bytes);
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using var owned = client;
            var stream = client.GetStream();
            await stream.WriteAsync(Accept(await ReadPduAsync(stream)), _ending.Token);
            await ReadPduAsync(stream);
            await _lie(stream, _ending.Token);
            var rest = new byte[4096];
            while (await stream.ReadAsync(rest, _ending.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<byte[]> ReadPduAsync(NetworkStream stream)
    {
        var header = new byte[6];
        await stream.ReadExactlyAsync(header, _ending.Token);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(2))];
        await stream.ReadExactlyAsync(body, _ending.Token);
        return body;
    }

    /// <summary>A-ASSOCIATE-AC: the first transfer syntax of each context (PS3.8 9.3.3).</summary>
    private static byte[] Accept(byte[] request)
    {
        using var body = new MemoryStream();
        body.Write(request.AsSpan(0, 68));
        for (var at = 68; at < request.Length; at += 4 + BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(at + 2)))
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(at + 2));
            if (request[at] == 0x10)
                body.Write(request.AsSpan(at, 4 + length));
            if (request[at] != 0x20)
                continue;
            var syntax = at + 8;
            while (request[syntax] != 0x40)
                syntax += 4 + BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(syntax + 2));
            var item = request.AsSpan(syntax, 4 + BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(syntax + 2)));
            body.Write([0x21, 0, (byte)((item.Length + 4) >> 8), (byte)(item.Length + 4), request[at + 4], 0, 0, 0]);
            body.Write(item);
        }

        byte[] user = [0x50, 0, 0, 15, 0x51, 0, 0, 4, 0, 0, 0x40, 0, 0x52, 0, 0, 3, .. Encoding.ASCII.GetBytes("1.2")];
        body.Write(user);
        var pdu = new byte[6 + body.Length];
        pdu[0] = 2;
        BinaryPrimitives.WriteInt32BigEndian(pdu.AsSpan(2), (int)body.Length);
        body.ToArray().CopyTo(pdu, 6);
        return pdu;
    }
}
