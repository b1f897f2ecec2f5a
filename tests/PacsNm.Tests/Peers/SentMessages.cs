using System.Buffers.Binary;

namespace PacsNm.Tests.Peers;

/// <summary>The bytes of messages as they crossed the network, without any reader of ours.</summary>
internal static class SentMessages
{
    private const int CommandSet = 1;

    /// <summary>The datasets of a recording of one end of one connection.</summary>
    public static List<byte[]> Datasets(byte[] recording) => Messages(recording, isCommand: false);

    /// <summary>The command fields (0000,0100) of a recording: 0x0020 is a C-FIND request, 0x0010 a C-GET request (PS3.7 E.1).</summary>
    public static List<ushort> Commands(byte[] recording) => [.. Messages(recording, isCommand: true).Select(CommandField)];

    /// <summary>The dataset of a file: what follows the file meta information, whose length is its first element (PS3.10 7.1).</summary>
    public static byte[] DatasetOfFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes[(144 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(140)))..];
    }

    /// <summary>Fragments up to the last one of each message (PS3.8 annex E).</summary>
    private static List<byte[]> Messages(byte[] recording, bool isCommand)
    {
        var messages = new List<byte[]>();
        using var current = new MemoryStream();
        foreach (var pdu in ReplayingServer.Pdus(recording).Where(pdu => pdu[0] == 4))
        {
            for (var at = 6; at < pdu.Length;)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(pdu.AsSpan(at));
                var header = pdu[at + 5];
                if ((header & CommandSet) == (isCommand ? CommandSet : 0))
                {
                    current.Write(pdu, at + 6, length - 2);
                    if ((header & 2) != 0)
                    {
                        messages.Add(current.ToArray());
                        current.SetLength(0);
                    }
                }

                at += 4 + length;
            }
        }

        return messages;
    }

    /// <summary>The value of (0000,0100), US, in a command set, which is implicit VR little endian (PS3.7 6.3.1).</summary>
    private static ushort CommandField(byte[] command)
    {
        var at = 0;
        while (BinaryPrimitives.ReadUInt32LittleEndian(command.AsSpan(at)) != 0x0100_0000)
            at += 8 + BinaryPrimitives.ReadInt32LittleEndian(command.AsSpan(at + 4));
        return BinaryPrimitives.ReadUInt16LittleEndian(command.AsSpan(at + 8));
    }
}
