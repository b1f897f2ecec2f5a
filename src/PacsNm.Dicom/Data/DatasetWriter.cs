using System.Buffers.Binary;

namespace PacsNm.Dicom.Data;

/// <summary>Writes datasets (PS3.5 7) with even lengths, sequences of undefined length, and no group lengths.</summary>
public static class DatasetWriter
{
    /// <summary>Writes a dataset in a transfer syntax. Pixel data is not transcoded.</summary>
    public static byte[] Write(Dataset dataset, TransferSyntax transferSyntax)
    {
        using var output = new MemoryStream();
        Write(output, dataset, transferSyntax.IsExplicitVR, transferSyntax.IsBigEndian);
        return output.ToArray();
    }

    /// <summary>Writes a command set in implicit VR little endian, beginning with its group length (PS3.7 6.3.1).</summary>
    public static byte[] WriteCommandSet(Dataset command)
    {
        const int groupLengthElement = 12;
        var body = Write(command, TransferSyntax.ImplicitVRLittleEndian);
        var bytes = new byte[groupLengthElement + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)body.Length);
        body.CopyTo(bytes, groupLengthElement);
        return bytes;
    }

    private static void Write(MemoryStream output, Dataset dataset, bool isExplicit, bool isBigEndian)
    {
        foreach (var element in dataset)
        {
            if (!element.Tag.IsGroupLength)
                Write(output, element, dataset.IsBigEndian, isExplicit, isBigEndian);
        }
    }

    private static void Write(MemoryStream output, Element element, bool isSourceBigEndian, bool isExplicit, bool isBigEndian)
    {
        WriteTag(output, element.Tag, isBigEndian);
        var value = element.Value.Span;
        var isEncapsulated = element.Tag == Tags.PixelData && IsFragments(value, element.VR);
        var isDelimited = element.Items is not null || isEncapsulated;
        var padding = value.Length & 1;
        var length = isDelimited ? DatasetReader.UndefinedLength : (uint)(value.Length + padding);
        WriteVRAndLength(output, element, length, isExplicit, isBigEndian);
        foreach (var item in element.Items ?? [])
        {
            WriteTag(output, Tags.Item, isBigEndian);
            WriteUInt32(output, DatasetReader.UndefinedLength, isBigEndian);
            Write(output, item, isExplicit, isBigEndian);
            WriteTag(output, Tags.ItemDelimitationItem, isBigEndian);
            WriteUInt32(output, 0, isBigEndian);
        }

        WriteValue(output, value, isSourceBigEndian == isBigEndian || isEncapsulated ? 1 : element.VR.NumberLength());
        if (padding > 0)
            output.WriteByte(element.VR.PaddingByte());
        if (!isDelimited)
            return;
        WriteTag(output, Tags.SequenceDelimitationItem, isBigEndian);
        WriteUInt32(output, 0, isBigEndian);
    }

    /// <summary>Whether a value begins with the item of an offset table, as encapsulated pixel data does (PS3.5 A.4).</summary>
    private static bool IsFragments(ReadOnlySpan<byte> value, VR vr) =>
        vr == VR.OB && value.Length >= 8 && value.Slice(0, 4).SequenceEqual(new byte[] { 0xFE, 0xFF, 0x00, 0xE0 });

    private static void WriteVRAndLength(MemoryStream output, Element element, uint length, bool isExplicit, bool isBigEndian)
    {
        if (!isExplicit)
        {
            WriteUInt32(output, length, isBigEndian);
            return;
        }

        var vr = element.VR;
        if (!vr.HasLongLength() && length > ushort.MaxValue)
            vr = VR.UN;
        output.WriteByte((byte)((ushort)vr >> 8));
        output.WriteByte((byte)vr);
        if (vr.HasLongLength())
        {
            WriteUInt16(output, 0, isBigEndian);
            WriteUInt32(output, length, isBigEndian);
        }
        else
        {
            WriteUInt16(output, (ushort)length, isBigEndian);
        }
    }

    private static void WriteValue(MemoryStream output, ReadOnlySpan<byte> value, int numberLength)
    {
        var bytes = value.ToArray();
        for (var start = 0; numberLength > 1 && start + numberLength <= bytes.Length; start += numberLength)
            Array.Reverse(bytes, start, numberLength);
        output.Write(bytes, 0, bytes.Length);
    }

    private static void WriteTag(MemoryStream output, Tag tag, bool isBigEndian)
    {
        WriteUInt16(output, tag.Group, isBigEndian);
        WriteUInt16(output, tag.Element, isBigEndian);
    }

    private static void WriteUInt16(MemoryStream output, ushort value, bool isBigEndian)
    {
        output.WriteByte((byte)(isBigEndian ? value >> 8 : value));
        output.WriteByte((byte)(isBigEndian ? value : value >> 8));
    }

    private static void WriteUInt32(MemoryStream output, uint value, bool isBigEndian)
    {
        WriteUInt16(output, (ushort)(isBigEndian ? value >> 16 : value), isBigEndian);
        WriteUInt16(output, (ushort)(isBigEndian ? value : value >> 16), isBigEndian);
    }
}
