using System.Buffers;
using System.Buffers.Binary;

namespace PacsNm.Dicom.Data;

/// <summary>Walks over the elements of a stream to its last byte, without holding what it passes (PS3.5 7).</summary>
internal sealed class ElementWalker(Stream stream, TransferSyntax transferSyntax)
{
    /// <summary>Bytes that are read at a time to be passed over, where the stream cannot seek.</summary>
    private const int SkippedLength = 131072;

    private readonly byte[] _header = new byte[8];
    private bool _isExplicit = transferSyntax.IsExplicitVR;

    /// <summary>Walks to the end of the stream.</summary>
    /// <param name="visit">Takes the elements of the outermost level whose values are short.</param>
    /// <param name="visitedLength">How long a value may be to be visited, in bytes.</param>
    /// <exception cref="DicomDataException">The end is not the end of an element.</exception>
    public void Walk(Action<Tag, VR, byte[]> visit, int visitedLength)
    {
        while (TryReadTag(out var tag))
        {
            var (vr, length) = ReadVRAndLength(tag);
            if (length == DatasetReader.UndefinedLength)
                WalkUndefined(tag, vr, depth: 0);
            else if (length <= visitedLength && vr != VR.SQ)
                visit(tag, vr, ReadValue(tag, (int)length));
            else
                Skip(tag, length);
        }
    }

    /// <summary>Says where the elements of the outermost level stand that come before a tag. The stream must be able to seek.</summary>
    /// <param name="end">The tag to stop before.</param>
    /// <returns>Tags, each with the positions of its first byte and behind its last.</returns>
    /// <exception cref="DicomDataException">An element is cut.</exception>
    public IEnumerable<(Tag Tag, long Start, long End)> Locate(Tag end)
    {
        for (var start = stream.Position; TryReadTag(out var tag) && tag < end; start = stream.Position)
        {
            var (vr, length) = ReadVRAndLength(tag);
            if (length == DatasetReader.UndefinedLength)
                WalkUndefined(tag, vr, depth: 0);
            else
                Skip(tag, length);

            // Whoever takes it may read it, and leave the stream anywhere.
            var after = stream.Position;
            yield return (tag, start, after);
            stream.Seek(after, SeekOrigin.Begin);
        }
    }

    /// <summary>Walks over a sequence or encapsulated pixel data, to its delimiter.</summary>
    private void WalkUndefined(Tag sequence, VR vr, int depth)
    {
        if (depth == DatasetLimits.MaximumDepth)
            throw new DicomDataException($"Sequences are nested deeper than the bound of {DatasetLimits.MaximumDepth}.");
        var outer = _isExplicit;
        _isExplicit = outer && vr != VR.UN;
        while (true)
        {
            var tag = ReadTag(sequence);
            var length = ReadUInt32(tag);
            if (tag == Tags.SequenceDelimitationItem)
                break;
            if (tag != Tags.Item)
                throw new DicomDataException($"{tag} stands in {sequence} where an item was due.");
            if (length == DatasetReader.UndefinedLength)
                WalkItem(sequence, depth);
            else
                Skip(sequence, length);
        }

        _isExplicit = outer;
    }

    private void WalkItem(Tag sequence, int depth)
    {
        while (true)
        {
            var tag = ReadTag(sequence);
            if (tag == Tags.ItemDelimitationItem)
            {
                ReadUInt32(tag);
                return;
            }

            var (vr, length) = ReadVRAndLength(tag);
            if (length == DatasetReader.UndefinedLength)
                WalkUndefined(tag, vr, depth + 1);
            else
                Skip(tag, length);
        }
    }

    private (VR VR, uint Length) ReadVRAndLength(Tag tag)
    {
        if (!_isExplicit)
            return (DataDictionary.GetVR(tag), ReadUInt32(tag));
        Fill(4, tag);
        if (_header[0] is < (byte)'A' or > (byte)'Z' || _header[1] is < (byte)'A' or > (byte)'Z')
            throw new DicomDataException($"{tag} has no value representation.");
        var vr = (VR)((_header[0] << 8) | _header[1]);
        if (vr.HasLongLength() || !vr.IsKnown())
            return (vr, ReadUInt32(tag));
        var length = _header.AsSpan(2);
        return (vr, transferSyntax.IsBigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(length)
            : BinaryPrimitives.ReadUInt16LittleEndian(length));
    }

    private Tag ReadTag(Tag within) =>
        TryReadTag(out var tag) ? tag : throw new DicomDataException($"The file ends within {within}.");

    private bool TryReadTag(out Tag tag)
    {
        tag = default;
        if (!TryFill(4, tag))
            return false;
        tag = transferSyntax.IsBigEndian
            ? new Tag(BinaryPrimitives.ReadUInt16BigEndian(_header), BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)))
            : new Tag(BinaryPrimitives.ReadUInt16LittleEndian(_header), BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(2)));
        return true;
    }

    private uint ReadUInt32(Tag tag)
    {
        Fill(4, tag);
        return transferSyntax.IsBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(_header)
            : BinaryPrimitives.ReadUInt32LittleEndian(_header);
    }

    private byte[] ReadValue(Tag tag, int length)
    {
        var value = new byte[length];
        var read = 0;
        while (read < length)
        {
            var count = stream.Read(value, read, length - read);
            if (count == 0)
                throw Cut(tag);
            read += count;
        }

        return value;
    }

    private void Skip(Tag tag, uint length)
    {
        if (stream.CanSeek)
        {
            if (length > stream.Length - stream.Position)
                throw Cut(tag);
            stream.Seek(length, SeekOrigin.Current);
            return;
        }

        // Rented: it would be a large object for each file. What an exception keeps goes to the collector.
        var skipped = ArrayPool<byte>.Shared.Rent(SkippedLength);
        for (var left = length; left > 0;)
        {
            var count = stream.Read(skipped, 0, (int)Math.Min(left, skipped.Length));
            if (count == 0)
                throw Cut(tag);
            left -= (uint)count;
        }

        ArrayPool<byte>.Shared.Return(skipped);
    }

    private void Fill(int count, Tag tag)
    {
        if (!TryFill(count, tag))
            throw Cut(tag);
    }

    /// <summary>Reads into the header; false at the end of the stream.</summary>
    private bool TryFill(int count, Tag tag)
    {
        var read = 0;
        while (read < count)
        {
            var got = stream.Read(_header, read, count - read);
            if (got == 0)
                return read == 0 ? false : throw Cut(tag);
            read += got;
        }

        return true;
    }

    private static DicomDataException Cut(Tag tag) => new($"The file is cut within {tag}.");
}
