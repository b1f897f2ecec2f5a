using System.Buffers;
using System.Buffers.Binary;

namespace PacsNm.Dicom.Data;

/// <summary>Reads the elements of a stream to its last byte without keeping their values in memory (PS3.5 7).</summary>
internal sealed class ElementWalker(Stream stream, TransferSyntax transferSyntax)
{
    /// <summary>The shortest header in bytes: a tag, and a VR or a length (PS3.5 7.1, 7.5).</summary>
    private const int HeaderLength = 8;

    /// <summary>The number of bytes that are skipped at a time if the stream cannot seek.</summary>
    private const int SkippedLength = 131072;

    private readonly byte[] _header = new byte[HeaderLength];
    private bool _isExplicit = transferSyntax.IsExplicitVR;

    /// <summary>The number of bytes of padding after the last element; see <see cref="Padding"/>.</summary>
    public long SurplusBytes { get; private set; }

    /// <summary>Reads to the end of the stream.</summary>
    /// <param name="visit">Receives the elements of the outermost level whose values are short enough.</param>
    /// <param name="visitedLength">The longest value to visit, in bytes.</param>
    /// <exception cref="DicomDataException">The stream ends within an element, or ends with bytes that are not padding.</exception>
    public void Walk(Action<Tag, VR, byte[]> visit, int visitedLength)
    {
        while (TryReadOuterTag(out var tag))
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

    /// <summary>Finds the elements of the outermost level before a tag. The stream must be able to seek.</summary>
    /// <param name="end">The tag to stop before.</param>
    /// <returns>The tags, each with the positions of its first byte and after its last byte.</returns>
    /// <exception cref="DicomDataException">An element is truncated.</exception>
    public IEnumerable<(Tag Tag, long Start, long End)> Locate(Tag end)
    {
        for (var start = stream.Position; TryReadOuterTag(out var tag) && tag < end; start = stream.Position)
        {
            var (vr, length) = ReadVRAndLength(tag);
            if (length == DatasetReader.UndefinedLength)
                WalkUndefined(tag, vr, depth: 0);
            else
                Skip(tag, length);

            // The caller may read the element, which moves the stream.
            var after = stream.Position;
            yield return (tag, start, after);
            stream.Seek(after, SeekOrigin.Begin);
        }
    }

    /// <summary>Reads a sequence or encapsulated pixel data to its delimiter.</summary>
    private void WalkUndefined(Tag sequence, VR vr, int depth)
    {
        if (depth == DatasetLimits.MaximumDepth)
            throw new DicomDataException($"Sequences are nested deeper than the bound of {DatasetLimits.MaximumDepth}.");
        var outer = _isExplicit;
        _isExplicit = outer && vr != VR.UN;
        while (true)
        {
            var tag = ReadTag(sequence);
            var length = UInt32(4);
            if (tag == Tags.SequenceDelimitationItem)
                break;
            if (tag != Tags.Item)
                throw new DicomDataException($"{tag} is in {sequence} in the place of an item.");
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
                return;
            var (vr, length) = ReadVRAndLength(tag);
            if (length == DatasetReader.UndefinedLength)
                WalkUndefined(tag, vr, depth + 1);
            else
                Skip(tag, length);
        }
    }

    /// <summary>Parses the VR and the length in the header. For a long header it reads four more bytes.</summary>
    private (VR VR, uint Length) ReadVRAndLength(Tag tag)
    {
        if (!_isExplicit)
            return (DataDictionary.GetVR(tag), UInt32(4));
        if (_header[4] is < (byte)'A' or > (byte)'Z' || _header[5] is < (byte)'A' or > (byte)'Z')
            throw new DicomDataException($"{tag} has no value representation.");
        var vr = (VR)((_header[4] << 8) | _header[5]);
        if (!vr.HasLongLength() && vr.IsKnown())
            return (vr, UInt16(6));
        if (ReadHeader(4) < 4)
            throw Cut(tag);
        return (vr, UInt32(0));
    }

    /// <summary>Reads the header of an element, an item or a delimiter within a sequence. The stream must not end here.</summary>
    private Tag ReadTag(Tag sequence) => ReadHeader(HeaderLength) switch
    {
        HeaderLength => HeaderTag(),
        < 4 => throw new DicomDataException($"The file ends within {sequence}."),
        _ => throw Cut(HeaderTag()),
    };

    /// <summary>Reads the header of an element of the outermost level. Returns false at the end, and counts the padding there.</summary>
    private bool TryReadOuterTag(out Tag tag)
    {
        tag = default;
        var length = ReadHeader(HeaderLength);
        if (length == 0)
            return false;
        if (!Padding.Is(_header.AsSpan(0, length)))
        {
            tag = HeaderTag();
            return length == HeaderLength ? true : throw new DicomDataException("The file is cut within the header of an element.");
        }

        var padding = _header[0];
        for (SurplusBytes = length; length == HeaderLength; SurplusBytes += length)
        {
            length = ReadHeader(HeaderLength);
            if (length == 0 || (Padding.Is(_header.AsSpan(0, length)) && _header[0] == padding))
                continue;

            // In implicit VR, eight zeros are the element (0000,0000) without a value, and other elements may follow.
            if (_isExplicit || padding != 0 || length < HeaderLength)
                throw new DicomDataException("Bytes that are neither an element nor padding follow the last element.");
            SurplusBytes = 0;
            tag = HeaderTag();
            return true;
        }

        return false;
    }

    private Tag HeaderTag() => new(UInt16(0), UInt16(2));

    private ushort UInt16(int offset)
    {
        var bytes = _header.AsSpan(offset);
        return transferSyntax.IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private uint UInt32(int offset)
    {
        var bytes = _header.AsSpan(offset);
        return transferSyntax.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
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

        // Rented, because it would be a large object for each file. After an exception, the garbage collector frees it.
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

    /// <summary>Reads bytes into the header.</summary>
    /// <returns>The number of bytes read. It is lower than requested only at the end of the stream.</returns>
    private int ReadHeader(int count)
    {
        int read = 0, got;
        while (read < count && (got = stream.Read(_header, read, count - read)) > 0)
            read += got;
        return read;
    }

    private static DicomDataException Cut(Tag tag) => new($"The file is cut within {tag}.");
}
