using System.Buffers.Binary;

namespace PacsNm.Dicom.Data;

/// <summary>
/// Reads datasets (PS3.5 7). Any input results in a dataset or a <see cref="DicomDataException"/>. Elements that a PACS sends out of
/// order are sorted. If two elements have the same tag, the later one is kept.
/// </summary>
public static class DatasetReader
{
    internal const uint UndefinedLength = 0xFFFF_FFFF;

    /// <summary>Reads a dataset to its last byte and skips padding after it. The values are slices of <paramref name="bytes"/>.</summary>
    /// <exception cref="DicomDataException">The bytes are truncated, nested too deeply, or not a dataset.</exception>
    public static Dataset Read(ReadOnlyMemory<byte> bytes, TransferSyntax transferSyntax) =>
        Read(bytes, transferSyntax, null, out _);

    /// <summary>Reads a dataset up to a tag.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="transferSyntax">Their transfer syntax.</param>
    /// <param name="stopBefore">The tag to stop before; null to read to the end.</param>
    /// <param name="length">The number of bytes that were read.</param>
    internal static Dataset Read(ReadOnlyMemory<byte> bytes, TransferSyntax transferSyntax, Tag? stopBefore, out int length)
    {
        if (transferSyntax.IsDeflated)
            bytes = Inflate(bytes);
        var parser = new Parser(bytes, transferSyntax.IsExplicitVR, transferSyntax.IsBigEndian);
        var dataset = parser.ReadDataset(bytes.Length, parent: null, depth: 0, stopBefore);
        length = parser.Position;
        return dataset;
    }

    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> bytes)
    {
        var bound = DatasetLimits.InflatedLengthOf(bytes.Length);
        using var inflated = new MemoryStream();
        using var inflating = new InflatingStream(new MemoryStream(bytes.ToArray()), bound);
        inflating.CopyTo(inflated, 4096);
        return inflated.GetBuffer().AsMemory(0, (int)inflated.Length);
    }

    /// <summary>A struct, because each match of a query needs one. It is never copied.</summary>
    private struct Parser(ReadOnlyMemory<byte> bytes, bool isExplicit, bool isBigEndian)
    {
        private const int UsualElementCount = 16;

        private readonly int _paddingStart = Padding.StartIn(bytes.Span);
        private bool _isExplicit = isExplicit;

        public int Position { get; private set; }

        public Dataset ReadDataset(int end, Dataset? parent, int depth, Tag? stopBefore = null, bool isDelimited = false)
        {
            var capacity = end - Position >= UsualElementCount * 8 ? UsualElementCount : 0;
            var dataset = new Dataset(isBigEndian, parent, parent is null ? capacity : 0);
            while (Position < end)
            {
                if (parent is null && Position >= _paddingStart)
                {
                    Position = end;
                    return dataset;
                }

                var start = Position;
                var tag = ReadTag(end);
                if (isDelimited && tag == Tags.ItemDelimitationItem)
                {
                    ReadUInt32(end);
                    return dataset;
                }

                if (stopBefore is { } stop && tag >= stop)
                {
                    Position = start;
                    return dataset;
                }

                if (tag.Group == Tags.Item.Group)
                    throw At(start, $"{tag} stands outside a sequence");
                dataset.Set(ReadElement(tag, end, dataset, depth));
            }

            return isDelimited ? throw At(Position, "an item of undefined length has no delimitation item") : dataset;
        }

        private Element ReadElement(Tag tag, int end, Dataset dataset, int depth)
        {
            var start = Position;
            var (vr, length) = ReadVRAndLength(tag, end);
            if (length == UndefinedLength)
            {
                if (tag == Tags.PixelData && vr is VR.OB or VR.OW)
                    return new Element(tag, vr, ReadFragments(end));
                if (vr is not (VR.SQ or VR.UN))
                    throw At(start, $"{tag} of VR {vr} has an undefined length");
                return new Element(tag, VR.SQ, default, ReadUndefinedSequence(vr, end, dataset, depth));
            }

            if (length > end - Position)
                throw At(start, $"{tag} announces {length} bytes where {end - Position} are left");
            if (vr == VR.SQ)
                return new Element(tag, vr, default, ReadItems(Position + (int)length, dataset, depth, isDelimited: false));
            var value = bytes.Slice(Position, (int)length);
            Position += (int)length;
            return new Element(tag, vr, value);
        }

        private (VR VR, uint Length) ReadVRAndLength(Tag tag, int end)
        {
            if (!_isExplicit)
                return (DataDictionary.GetVR(tag), ReadUInt32(end));
            Need(4, end);
            var span = bytes.Span.Slice(Position);
            var vr = (VR)((span[0] << 8) | span[1]);
            if (span[0] is < (byte)'A' or > (byte)'Z' || span[1] is < (byte)'A' or > (byte)'Z')
                throw At(Position, $"{tag} has no value representation");

            // An unknown VR, from a later edition, has the long form (PS3.5 7.1.2).
            if (vr.HasLongLength() || !vr.IsKnown())
            {
                Position += 4;
                return (vr.IsKnown() ? vr : VR.UN, ReadUInt32(end));
            }

            Position += 4;
            var length = span.Slice(2);
            return (vr, isBigEndian
                ? BinaryPrimitives.ReadUInt16BigEndian(length)
                : BinaryPrimitives.ReadUInt16LittleEndian(length));
        }

        /// <summary>The content of an element with VR UN and undefined length is in implicit VR (PS3.5 6.2.2).</summary>
        private List<Dataset> ReadUndefinedSequence(VR vr, int end, Dataset dataset, int depth)
        {
            var outer = _isExplicit;
            _isExplicit = outer && vr != VR.UN;
            var items = ReadItems(end, dataset, depth, isDelimited: true);
            _isExplicit = outer;
            return items;
        }

        private List<Dataset> ReadItems(int end, Dataset dataset, int depth, bool isDelimited)
        {
            if (depth == DatasetLimits.MaximumDepth)
                throw At(Position, $"sequences are nested deeper than the bound of {DatasetLimits.MaximumDepth}");
            var items = new List<Dataset>();
            while (Position < end)
            {
                var start = Position;
                var tag = ReadTag(end);
                var length = ReadUInt32(end);
                if (isDelimited && tag == Tags.SequenceDelimitationItem)
                    return items;
                if (tag != Tags.Item)
                    throw At(start, $"{tag} is in the place of an item");
                if (length == UndefinedLength)
                {
                    items.Add(ReadDataset(end, dataset, depth + 1, isDelimited: true));
                    continue;
                }

                if (length > end - Position)
                    throw At(start, $"an item announces {length} bytes where {end - Position} are left");
                items.Add(ReadDataset(Position + (int)length, dataset, depth + 1));
            }

            return isDelimited ? throw At(Position, "a sequence of undefined length has no delimitation item") : items;
        }

        /// <summary>Reads the fragments of encapsulated pixel data, including their headers but not the delimiter (PS3.5 A.4).</summary>
        private ReadOnlyMemory<byte> ReadFragments(int end)
        {
            var first = Position;
            while (true)
            {
                var start = Position;
                var tag = ReadTag(end);
                var length = ReadUInt32(end);
                if (tag == Tags.SequenceDelimitationItem)
                    return bytes.Slice(first, start - first);
                if (tag != Tags.Item || length > end - Position)
                    throw At(start, "encapsulated pixel data are cut or have no items");
                Position += (int)length;
            }
        }

        private Tag ReadTag(int end)
        {
            Need(4, end);
            var span = bytes.Span.Slice(Position);
            Position += 4;
            return isBigEndian
                ? new Tag(BinaryPrimitives.ReadUInt16BigEndian(span), BinaryPrimitives.ReadUInt16BigEndian(span.Slice(2)))
                : new Tag(BinaryPrimitives.ReadUInt16LittleEndian(span), BinaryPrimitives.ReadUInt16LittleEndian(span.Slice(2)));
        }

        private uint ReadUInt32(int end)
        {
            Need(4, end);
            var span = bytes.Span.Slice(Position);
            Position += 4;
            return isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(span) : BinaryPrimitives.ReadUInt32LittleEndian(span);
        }

        private void Need(int count, int end)
        {
            if (end - Position < count)
                throw At(Position, $"{count} bytes are needed where {end - Position} are left");
        }

        private static DicomDataException At(int offset, string problem) => new($"At offset {offset}, {problem}.");
    }
}
