using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>16-bit pixel data, uncompressed and compressed.</summary>
internal static class Pixels
{
    /// <summary>Sets the attributes that describe the pixel data (PS3.3 C.7.6.3).</summary>
    public static Dataset Describe(Dataset image, int rows, int columns) => image
        .With("SamplesPerPixel", 1)
        .With("PhotometricInterpretation", "MONOCHROME2")
        .With("Rows", (ushort)rows)
        .With("Columns", (ushort)columns)
        .With("BitsAllocated", 16)
        .With("BitsStored", 16)
        .With("HighBit", 15)
        .With("PixelRepresentation", 0);

    /// <summary>Creates counts as a gamma camera does: a warm blob that moves from frame to frame, and noise.</summary>
    public static ushort[] Counts(SyntheticValues values, int frames, int rows, int columns)
    {
        var pixels = new ushort[frames * rows * columns];
        var across = Bell(columns, columns / 2.0);
        var activity = 150 + values.Next(100);
        var index = 0;
        for (var frame = 0; frame < frames; frame++)
        {
            foreach (var height in Bell(rows, rows * (frame + 1.0) / (frames + 1)))
            {
                foreach (var width in across)
                    pixels[index++] = (ushort)((activity * height * width) + values.Next(12));
            }
        }

        return pixels;
    }

    /// <summary>Encodes Pixel Data (7FE0,0010) in a transfer syntax. A JPEG 2000 image is uniformly grey, without the counts.</summary>
    public static Element Encode(Func<ushort[]> counts, int frames, int rows, int columns, TransferSyntax syntax)
    {
        if (!syntax.IsEncapsulated)
            return new Element(Tags.PixelData, VR.OW, MemoryMarshal.AsBytes(counts().AsSpan()).ToArray());
        var pixels = syntax.Uid == TransferSyntaxUids.JPEGLosslessSV1 ? counts() : [];
        var codestreams = Enumerable.Range(0, frames).Select(frame => syntax.Uid switch
        {
            TransferSyntaxUids.JPEGLosslessSV1 =>
                JpegLosslessEncoder.Encode(pixels.AsSpan(frame * rows * columns, rows * columns), rows, columns),
            TransferSyntaxUids.JPEG2000Lossless => Jpeg2000Codestream.EvenGrey(rows, columns),
            _ => throw new NotSupportedException($"Nothing is made in {syntax}."),
        });
        return new Element(Tags.PixelData, VR.OB, Encapsulate([.. codestreams]));
    }

    /// <summary>One fragment per frame after an offset table (PS3.5 A.4). The writer adds the delimiter.</summary>
    private static byte[] Encapsulate(byte[][] frames)
    {
        using var output = new MemoryStream();
        var offsets = new byte[4 * frames.Length];
        var offset = 0;
        for (var frame = 0; frame < frames.Length; frame++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan(4 * frame), offset);
            offset += 8 + frames[frame].Length + (frames[frame].Length & 1);
        }

        WriteItem(output, offsets);
        foreach (var frame in frames)
            WriteItem(output, frame);
        return output.ToArray();
    }

    private static void WriteItem(MemoryStream output, byte[] value)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(header, Tags.Item.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), Tags.Item.Element);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), value.Length + (value.Length & 1));
        output.Write(header, 0, header.Length);
        output.Write(value, 0, value.Length);
        if ((value.Length & 1) == 1)
            output.WriteByte(0);
    }

    private static double[] Bell(int length, double middle) =>
        [.. Enumerable.Range(0, length).Select(at => (at - middle) / (length / 6.0)).Select(x => Math.Exp(-(x * x)))];
}
