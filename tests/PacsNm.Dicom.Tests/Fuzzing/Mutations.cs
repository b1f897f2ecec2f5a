using System.Buffers.Binary;
using CsCheck;

namespace PacsNm.Dicom.Tests.Fuzzing;

/// <summary>Bytes near to those of a corpus, and now and then any bytes at all.</summary>
internal static class Mutations
{
    /// <summary>Lengths at which readers go wrong.</summary>
    private static readonly uint[] Bounds =
        [0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFE, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF];

    private static readonly Gen<(int Kind, double At, double To, uint Value)> Edit =
        Gen.Select(Gen.Int[0, 7], Gen.Double[0, 1], Gen.Double[0, 1], Gen.UInt);

    /// <summary>Such bytes.</summary>
    /// <param name="corpus">What to begin from.</param>
    public static Gen<byte[]> Of(byte[][] corpus) => Gen.Frequency(
        (19, Gen.Select(
            Gen.Int[0, corpus.Length - 1],
            Edit.List[1, 6],
            (index, edits) => edits.Aggregate(corpus[index], (bytes, edit) => Apply(bytes, edit, corpus)))),
        (1, Gen.Byte.Array[0, 200]));

    private static byte[] Apply(byte[] bytes, (int Kind, double At, double To, uint Value) edit, byte[][] corpus)
    {
        var at = (int)(edit.At * bytes.Length);
        var to = at + (int)(edit.To * (bytes.Length - at));
        if (bytes.Length == 0)
            return [(byte)edit.Value];
        switch (edit.Kind)
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[to..]];
            case 2:
                return [.. bytes[..to], .. bytes[at..]];
            case 3:
                var other = corpus[edit.Value % corpus.Length];
                return [.. bytes[..at], .. other[(int)(edit.To * other.Length)..]];
            case 4:
                return Replace(bytes, at, size: 4, Bounds[edit.Value % Bounds.Length]);
            case 5:
                return Replace(bytes, at, size: 2, Bounds[edit.Value % Bounds.Length]);
            default:
                return Replace(bytes, at, size: 1, edit.Value);
        }
    }

    private static byte[] Replace(byte[] bytes, int at, int size, uint value)
    {
        var written = new byte[4];
        if (value % 2 == 0)
            BinaryPrimitives.WriteUInt32LittleEndian(written, value);
        else
            BinaryPrimitives.WriteUInt32BigEndian(written, value << (8 * (4 - size)));
        byte[] changed = [.. bytes];
        for (var index = 0; index < size && at + index < bytes.Length; index++)
            changed[at + index] = written[index];
        return changed;
    }
}
