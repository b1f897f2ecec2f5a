using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PacsNm.Tests.Peers;

/// <summary>
/// Answers a C-FIND with one recorded match of a real server, many times over, each with another UID of the same length.
/// </summary>
internal sealed class ReplayingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _acceptance;
    private readonly byte[] _answer;

    /// <param name="recorded">All that the real server sent: acceptance, one match, final response, release.</param>
    /// <param name="uid">The match's Study Instance UID.</param>
    /// <param name="count">How many matches to make of it.</param>
    public ReplayingServer(byte[] recorded, string uid, int count)
    {
        var pdus = Pdus(recorded);
        _acceptance = pdus[0];

        // A command PDU and a dataset PDU for the match, then the final response.
        using var answer = new MemoryStream();
        byte[] match = [.. pdus[1], .. pdus[2]];
        var at = match.AsSpan().IndexOf(Encoding.ASCII.GetBytes(uid)) + uid.Length - 6;
        for (var number = 0; number < count; number++)
        {
            Encoding.ASCII.GetBytes((100_000 + number).ToString(CultureInfo.InvariantCulture)[^6..]).CopyTo(match, at);
            answer.Write(match);
        }

        answer.Write(pdus[3]);
        _answer = answer.ToArray();
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    /// <summary>The PDUs of a recording, one by one; without a last one that is not whole.</summary>
    public static List<byte[]> Pdus(byte[] bytes)
    {
        var pdus = new List<byte[]>();
        for (var at = 0; at + 6 <= bytes.Length;)
        {
            var length = 6 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 2));
            if (at + length > bytes.Length)
                break;
            pdus.Add(bytes[at..(at + length)]);
            at += length;
        }

        return pdus;
    }

    private async Task ServeAsync()
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            var buffer = new byte[65536];
            _ = await stream.ReadAsync(buffer);
            await stream.WriteAsync(_acceptance);
            _ = await stream.ReadAsync(buffer);
            await stream.WriteAsync(_answer);

            // The release request; closing is answer enough.
            _ = await stream.ReadAsync(buffer);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
        }
    }
}
