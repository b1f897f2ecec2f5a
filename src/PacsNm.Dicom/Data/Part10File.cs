using System.Buffers.Binary;
using System.IO.Compression;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Data;

/// <summary>What a DICOM file says of itself, and whether it is whole.</summary>
public sealed record Part10Summary
{
    /// <summary>Whether the dataset was read to its last byte, and ended there.</summary>
    public bool IsWhole => Problem.Length == 0;

    /// <summary>What is wrong with the file; empty if it is whole.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Bytes of the dataset: all that follows the file meta information.</summary>
    public long DatasetLength { get; init; }

    /// <summary>Transfer Syntax UID (0002,0010).</summary>
    public string? TransferSyntaxUid { get; init; }

    /// <summary>SOP Class UID (0008,0016).</summary>
    public string? SopClassUid { get; init; }

    /// <summary>SOP Instance UID (0008,0018).</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string? StudyInstanceUid { get; init; }

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>The elements that were asked for, and those above.</summary>
    public Dataset Attributes { get; init; } = new();
}

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

    private static readonly HashSet<Tag> KeptTags =
    [
        Tags.SpecificCharacterSet, Tags.SOPClassUID, Tags.SOPInstanceUID, Tags.StudyInstanceUID, Tags.SeriesInstanceUID,
    ];

    /// <summary>
    /// Reads a file from its first byte to its last, values passed over: memory stays flat whatever its size. A file
    /// that is cut, has bytes behind its end, or is no DICOM file has a <see cref="Part10Summary.Problem"/>.
    /// </summary>
    /// <param name="stream">A stream that knows its length, at its beginning. It need not be able to seek.</param>
    /// <param name="attributes">Elements of the outermost level to keep, where their values are short.</param>
    public static Part10Summary Verify(Stream stream, params IReadOnlyCollection<Tag> attributes)
    {
        var transferSyntaxUid = default(string);
        var kept = new Dataset();
        var problem = "";
        var datasetLength = 0L;
        try
        {
            using var input = new BufferedStream(stream, HeaderBufferLength);
            transferSyntaxUid = ReadMeta(input, out var metaLength);
            datasetLength = stream.Length - metaLength;
            var transferSyntax = TransferSyntax.Find(transferSyntaxUid);
            var body = transferSyntax.IsDeflated ? new DeflateStream(input, CompressionMode.Decompress) : (Stream)input;
            kept = new Dataset(transferSyntax.IsBigEndian, null, 8);
            new ElementWalker(body, transferSyntax).Walk((tag, vr, value) =>
            {
                if (KeptTags.Contains(tag) || attributes.Contains(tag))
                    kept.Set(tag, vr, value);
            }, KeptValueLength);
        }
        catch (Exception exception) when (exception is DicomDataException or InvalidDataException)
        {
            problem = exception.Message;
        }

        return new Part10Summary
        {
            Problem = problem,
            DatasetLength = datasetLength,
            TransferSyntaxUid = transferSyntaxUid,
            SopClassUid = kept.GetString(Tags.SOPClassUID),
            SopInstanceUid = kept.GetString(Tags.SOPInstanceUID),
            StudyInstanceUid = kept.GetString(Tags.StudyInstanceUID),
            SeriesInstanceUid = kept.GetString(Tags.SeriesInstanceUID),
            Attributes = kept,
        };
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
        try
        {
            var transferSyntaxUid = ReadMeta(input, out _);
            var transferSyntax = TransferSyntax.Find(transferSyntaxUid);
            var bytes = transferSyntax.IsDeflated ? ReadRest(input) : ReadElements(input, transferSyntax, attributes);
            var header = DatasetReader.Read(bytes, transferSyntax);
            header.Set(Tags.TransferSyntaxUID, transferSyntaxUid);
            return header;
        }
        catch (InvalidDataException exception)
        {
            throw new DicomDataException(exception.Message, exception);
        }
    }

    private static bool HasPrefix(Stream stream)
    {
        var head = new byte[PreambleLength + 4];
        var read = 0;
        for (int got; read < head.Length && (got = stream.Read(head, read, head.Length - read)) > 0; read += got)
        {
        }

        return read == head.Length && head.AsSpan(PreambleLength).SequenceEqual("DICM"u8);
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

    private static byte[] ReadRest(Stream stream)
    {
        if (stream.Length - stream.Position > DatasetLimits.MaximumInflatedLength)
            throw new DicomDataException($"A deflated dataset is longer than the bound of {DatasetLimits.MaximumInflatedLength} bytes.");
        return ReadExactly(stream, (int)(stream.Length - stream.Position));
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
        new byte[] { 0x02, 0, 0, 0, (byte)'U', (byte)'L', 4, 0 }.CopyTo(header, PreambleLength + 4);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(PreambleLength + 12), group.Length);
        group.CopyTo(header, PreambleLength + 16);
        return header;
    }

    /// <summary>Reads up to the dataset, which the stream then stands at.</summary>
    /// <returns>The transfer syntax UID.</returns>
    private static string ReadMeta(Stream stream, out int metaLength)
    {
        const int groupLengthElement = 12;
        var head = ReadExactly(stream, PreambleLength + 4 + groupLengthElement);
        if (!head.AsSpan(PreambleLength, 4).SequenceEqual("DICM"u8))
            throw new DicomDataException("It is no DICOM file: the prefix DICM is not there.");
        var first = DatasetReader.Read(head.AsMemory(PreambleLength + 4), TransferSyntax.ExplicitVRLittleEndian);
        if (first.GetInt32(Tags.FileMetaInformationGroupLength) is not (> 0 and <= MaximumMetaLength and var length))
            throw new DicomDataException("The File Meta Information Group Length (0002,0000) is absent or out of bounds.");
        var meta = DatasetReader.Read(ReadExactly(stream, length), TransferSyntax.ExplicitVRLittleEndian);
        metaLength = PreambleLength + 4 + groupLengthElement + length;
        return meta.GetString(Tags.TransferSyntaxUID)
            ?? throw new DicomDataException("The Transfer Syntax UID (0002,0010) is absent.");
    }

    private static byte[] ReadExactly(Stream stream, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count)
        {
            var got = stream.Read(bytes, read, count - read);
            if (got == 0)
                throw new DicomDataException($"The file ends after {read} bytes of a part of {count}.");
            read += got;
        }

        return bytes;
    }
}
