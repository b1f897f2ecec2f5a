using System.Buffers.Binary;

namespace PacsNm.Tests.Peers;

/// <summary>The bytes of datasets as they crossed the network, without any reader of ours.</summary>
internal static class SentDatasets
{
    /// <summary>The datasets of a recording: fragments up to the last one, command sets left out (PS3.8 annex E).</summary>
    public static List<byte[]> Of(byte[] recording)
    {
        var datasets = new List<byte[]>();
        using var current = new MemoryStream();
        foreach (var pdu in ReplayingServer.Pdus(recording).Where(pdu => pdu[0] == 4))
        {
            for (var at = 6; at < pdu.Length;)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(pdu.AsSpan(at));
                var header = pdu[at + 5];
                if ((header & 1) == 0)
                    current.Write(pdu, at + 6, length - 2);
                if (header == 2)
                {
                    datasets.Add(current.ToArray());
                    current.SetLength(0);
                }

                at += 4 + length;
            }
        }

        return datasets;
    }

    /// <summary>The dataset of a file: what follows the file meta information, whose length is its first element (PS3.10 7.1).</summary>
    public static byte[] OfFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes[(144 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(140)))..];
    }
}
