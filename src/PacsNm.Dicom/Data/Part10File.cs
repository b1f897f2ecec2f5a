using System.Buffers.Binary;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Data;

/// <summary>DICOM files (PS3.10 7).</summary>
public static class Part10File
{
    private const int PreambleLength = 128;

    /// <summary>The longest value that is kept while a file is verified, in bytes; longer ones are passed over.</summary>
    private const int KeptValueLength = 1024;

    /// <summary>The longest file meta information that is read, in bytes.</summary>
    private const int MaximumMetaLength = 65536;

    /// <summary>What is read of a file at a time for the headers of its elements, in bytes; longer values are read as they are.</summary>
    private const int HeaderBufferLength = 8192;

    /// <summary>The longest element that a header is read with, in bytes; longer ones are left out.</summary>
    private const int MaximumHeaderElementLength = 1 << 20;

    /// <summary>Tag, VR and length of File Meta Information Group Length.</summary>
    private static ReadOnlySpan<byte> GroupLengthHeader => [0x02, 0, 0, 0, (byte)'U', (byte)'L', 4, 0];

    private static readonly HashSet<Tag> KeptTags =
    [
        Tags.SpecificCharacterSet, Tags.SOPClassUID, Tags.SOPInstanceUID, Tags.StudyInstanceUID, Tags.SeriesInstanceUID,
    ];

    /// <summary>
    /// Reads a file from its first byte to its last and skips the values: memory stays flat whatever its size. A file that is cut,
    /// or is not a DICOM file, has a <see cref="Part10Summary.Problem"/>. Padding behind the last element is not one.
    /// </summary>
    /// <param name="stream">A stream that knows its length, at its beginning. It need not be able to seek.</param>
    /// <param name="attributes">Elements of the outermost level to keep, where their values are short.</param>
    public static Part10Summary Verify(Stream stream, params IReadOnlyCollection<Tag> attributes)
    {
        Dataset meta = new(), kept = new();
        var problem = "";
        var isProven = true;
        long datasetLength = 0, surplus = 0;
        try
        {
            using var input = new BufferedStream(stream, HeaderBufferLength);
            meta = ReadMeta(input, out var metaLength);
            datasetLength = stream.Length - metaLength;
            var transferSyntax = TransferSyntax.Find(meta.GetString(Tags.TransferSyntaxUID)!);
            if (transferSyntax.IsPrivate)
                isProven = TryWalkPrivate(input, attributes, ref kept, out surplus);
            else
                surplus = Walk(input, transferSyntax, datasetLength, attributes, kept = new Dataset(transferSyntax.IsBigEndian, null, 8));
        }
        catch (DicomDataException exception)
        {
            problem = exception.Message;
        }

        // What a private syntax hides in the dataset, the file meta information still says.
        var fallback = isProven ? kept : meta;
        return new Part10Summary
        {
            Problem = problem,
            IsProven = isProven && problem.Length == 0,
            DatasetLength = datasetLength,
            SurplusBytes = surplus,
            TransferSyntaxUid = meta.GetString(Tags.TransferSyntaxUID),
            SopClassUid = kept.GetString(Tags.SOPClassUID) ?? fallback.GetString(Tags.MediaStorageSOPClassUID),
            SopInstanceUid = kept.GetString(Tags.SOPInstanceUID) ?? fallback.GetString(Tags.MediaStorageSOPInstanceUID),
            StudyInstanceUid = kept.GetString(Tags.StudyInstanceUID),
            SeriesInstanceUid = kept.GetString(Tags.SeriesInstanceUID),
            Attributes = kept,
        };
    }

    /// <summary>Walks to the last element of a dataset, and over the padding behind it.</summary>
    /// <returns>Bytes that belong to no element.</returns>
    private static long Walk(
        Stream input,
        TransferSyntax transferSyntax,
        long length,
        IReadOnlyCollection<Tag> attributes,
        Dataset kept)
    {
        using var inflating = transferSyntax.IsDeflated ? new InflatingStream(input, DatasetLimits.InflatedFileLengthOf(length)) : null;
        var walker = new ElementWalker((Stream?)inflating ?? input, transferSyntax);
        walker.Walk((tag, vr, value) =>
        {
            if (KeptTags.Contains(tag) || attributes.Contains(tag))
                kept.Set(tag, vr, value);
        }, KeptValueLength);
        return walker.SurplusBytes + (inflating?.CountSurplus() ?? 0);
    }

    /// <summary>Walks as far as a private transfer syntax lets it.</summary>
    /// <returns>Whether that was to the last element.</returns>
    private static bool TryWalkPrivate(Stream input, IReadOnlyCollection<Tag> attributes, ref Dataset kept, out long surplus)
    {
        surplus = 0;
        var header = ReadUpTo(input, PrivateEncoding.HeaderLength);
        if (PrivateEncoding.Of(header) is not { } encoding)
            return false;
        kept = new Dataset(encoding.IsBigEndian, null, 8);
        try
        {
            surplus = Walk(new PrefixedStream(header, input), encoding, 0, attributes, kept);
            return true;
        }
        catch (DicomDataException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads elements that stand before the pixel data (7FE0,0010), sequences with all that is in them; the rest is passed
    /// over, and the pixel data are not looked at.
    /// </summary>
    /// <param name="stream">A stream that can seek, at its beginning.</param>
    /// <param name="attributes">The elements of the outermost level to read.</param>
    /// <returns>The elements, the Transfer Syntax UID (0002,0010) among them; null for what is no DICOM file.</returns>
    /// <exception cref="DicomDataException">It is a DICOM file, and broken.</exception>
    public static Dataset? ReadHeader(Stream stream, IReadOnlyCollection<Tag> attributes)
    {
        using var input = new BufferedStream(stream, HeaderBufferLength);
        if (!HasPrefix(input))
            return null;
        input.Seek(0, SeekOrigin.Begin);
        var transferSyntaxUid = ReadMeta(input, out var metaLength).GetString(Tags.TransferSyntaxUID)!;
        var transferSyntax = TransferSyntax.Find(transferSyntaxUid);
        if (transferSyntax.IsPrivate)
        {
            transferSyntax = PrivateEncoding.Of(ReadUpTo(input, PrivateEncoding.HeaderLength))
                ?? throw new DicomDataException($"The private transfer syntax {transferSyntaxUid} is not encoded as the standard's own are.");
            input.Seek(metaLength, SeekOrigin.Begin);
        }

        var header = transferSyntax.IsDeflated
            ? InflateHeader(input)
            : DatasetReader.Read(ReadElements(input, transferSyntax, attributes), transferSyntax);
        header.Set(Tags.TransferSyntaxUID, transferSyntaxUid);
        return header;
    }

    private static bool HasPrefix(Stream stream)
    {
        var head = ReadUpTo(stream, PreambleLength + 4);
        return head.Length == PreambleLength + 4 && head.AsSpan(PreambleLength).SequenceEqual("DICM"u8);
    }

    /// <summary>The bytes of elements, headers included: as they stand one after the other, they are a dataset.</summary>
    private static byte[] ReadElements(Stream stream, TransferSyntax transferSyntax, IReadOnlyCollection<Tag> attributes)
    {
        using var elements = new MemoryStream();
        foreach (var (tag, start, end) in new ElementWalker(stream, transferSyntax).Locate(Tags.PixelData))
        {
            if (!attributes.Contains(tag) && tag != Tags.SpecificCharacterSet)
                continue;
            if (end - start > MaximumHeaderElementLength)
                continue;
            stream.Seek(start, SeekOrigin.Begin);
            var element = ReadExactly(stream, (int)(end - start));
            elements.Write(element, 0, element.Length);
        }

        return elements.ToArray();
    }

    /// <summary>What stands before the pixel data of a deflated dataset. No more of it is inflated than needed, in growing steps.</summary>
    private static Dataset InflateHeader(Stream stream)
    {
        using var inflating = new InflatingStream(stream, DatasetLimits.MaximumInflatedLength);
        using var inflated = new MemoryStream();
        for (var length = MaximumHeaderElementLength; ; length *= 2)
        {
            var more = ReadUpTo(inflating, length - (int)inflated.Length);
            inflated.Write(more, 0, more.Length);
            var bytes = inflated.GetBuffer().AsMemory(0, (int)inflated.Length);
            var isEnd = bytes.Length < length;
            try
            {
                var header = DatasetReader.Read(bytes, TransferSyntax.ExplicitVRLittleEndian, Tags.PixelData, out var read);
                if (isEnd || read < bytes.Length)
                    return header;
            }
            catch (DicomDataException) when (!isEnd)
            {
                // It may be cut here alone.
            }
        }
    }

    /// <summary>Writes the preamble and the file meta information; the dataset follows as it is.</summary>
    public static byte[] WriteHeader(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax)
    {
        var meta = new Dataset();
        meta.Set(Tags.FileMetaInformationVersion, VR.OB, new byte[] { 0, 1 });
        meta.Set(Tags.MediaStorageSOPClassUID, sopClassUid);
        meta.Set(Tags.MediaStorageSOPInstanceUID, sopInstanceUid);
        meta.Set(Tags.TransferSyntaxUID, transferSyntax.Uid);
        meta.Set(Tags.ImplementationClassUID, Implementation.ClassUid);
        meta.Set(Tags.ImplementationVersionName, Implementation.VersionName);
        var group = DatasetWriter.Write(meta, TransferSyntax.ExplicitVRLittleEndian);
        var header = new byte[PreambleLength + 4 + 12 + group.Length];
        "DICM"u8.CopyTo(header.AsSpan(PreambleLength));
        GroupLengthHeader.CopyTo(header.AsSpan(PreambleLength + 4));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(PreambleLength + 12), group.Length);
        group.CopyTo(header, PreambleLength + 16);
        return header;
    }

    /// <summary>Reads up to the dataset, which the stream then stands at.</summary>
    /// <returns>The file meta information, which has a Transfer Syntax UID (0002,0010).</returns>
    private static Dataset ReadMeta(Stream stream, out int metaLength)
    {
        const int groupLengthElement = 12;
        var head = ReadExactly(stream, PreambleLength + 4 + groupLengthElement);
        if (!head.AsSpan(PreambleLength, 4).SequenceEqual("DICM"u8))
            throw new DicomDataException("It is no DICOM file: the prefix DICM is not there.");
        var length = ReadMetaLength(head.AsSpan(PreambleLength + 4));
        var meta = DatasetReader.Read(ReadExactly(stream, length), TransferSyntax.ExplicitVRLittleEndian);
        metaLength = PreambleLength + 4 + groupLengthElement + length;
        return meta.GetString(Tags.TransferSyntaxUID) is not null
            ? meta
            : throw new DicomDataException("The Transfer Syntax UID (0002,0010) is absent.");
    }

    /// <summary>The value of the first element, which must be the group length (PS3.10 7.1): (0002,0000) of VR UL, explicit VR.</summary>
    private static int ReadMetaLength(ReadOnlySpan<byte> element)
    {
        if (!element.Slice(0, 8).SequenceEqual(GroupLengthHeader))
            throw new DicomDataException("The file does not begin with the File Meta Information Group Length (0002,0000), which PS3.10 7.1 requires.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(element.Slice(8));
        return length is > 0 and <= MaximumMetaLength
            ? (int)length
            : throw new DicomDataException($"The File Meta Information Group Length (0002,0000) is {length}, which is not between 1 and {MaximumMetaLength}.");
    }

    private static byte[] ReadExactly(Stream stream, int count) => ReadUpTo(stream, count) is var bytes && bytes.Length == count
        ? bytes
        : throw new DicomDataException($"The file ends after {bytes.Length} bytes of a part of {count}.");

    /// <summary>Reads so many bytes, or to the end of the stream.</summary>
    private static byte[] ReadUpTo(Stream stream, int count)
    {
        var bytes = new byte[count];
        int read = 0, got;
        while (read < count && (got = stream.Read(bytes, read, count - read)) > 0)
            read += got;
        return read == count ? bytes : bytes.AsSpan(0, read).ToArray();
    }
}
