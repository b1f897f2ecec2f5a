namespace PacsNm.Dicom.Data;

/// <summary>DICOM files (PS3.10 7).</summary>
public static class Part10File
{
    /// <summary>The longest value in bytes that <see cref="Verify"/> keeps. It skips longer values.</summary>
    private const int KeptValueLength = 1024;

    /// <summary>The size in bytes of the buffer for element headers. Longer values bypass it.</summary>
    private const int HeaderBufferLength = 8192;

    /// <summary>The longest element in bytes that <see cref="ReadHeader"/> returns. It omits longer elements.</summary>
    private const int MaximumHeaderElementLength = 1 << 20;

    private static readonly HashSet<Tag> KeptTags =
    [
        Tags.SpecificCharacterSet, Tags.SOPClassUID, Tags.SOPInstanceUID, Tags.StudyInstanceUID, Tags.SeriesInstanceUID,
    ];

    /// <summary>
    /// Reads a file from its first byte to its last. It skips values, so memory does not grow with the size of the file. A file that is
    /// truncated or not a DICOM file has a <see cref="Part10Summary.Problem"/>. Padding after the last element is not a problem.
    /// </summary>
    /// <param name="stream">A stream at its beginning that knows its length. It need not be able to seek, and is closed.</param>
    /// <param name="attributes">The elements of the outermost level to keep if their values are short.</param>
    public static Part10Summary Verify(Stream stream, params IReadOnlyCollection<Tag> attributes)
    {
        Dataset meta = new(), kept = new();
        var problem = "";
        var isProven = true;
        long datasetLength = 0, surplus = 0;
        try
        {
            using var input = new BufferedStream(stream, HeaderBufferLength);
            meta = FileMetaInformation.Read(input, out var metaLength);
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

        // The file meta information contains the UIDs that a private syntax hides in the dataset.
        var fallback = isProven ? kept : meta;
        return new Part10Summary
        {
            Problem = problem,
            IsProven = isProven && problem.Length == 0,
            DatasetLength = datasetLength,
            SurplusBytes = surplus,
            TransferSyntaxUid = meta.GetString(Tags.TransferSyntaxUID),
            MediaStorageSopClassUid = meta.GetString(Tags.MediaStorageSOPClassUID),
            MediaStorageSopInstanceUid = meta.GetString(Tags.MediaStorageSOPInstanceUID),
            SopClassUid = kept.GetString(Tags.SOPClassUID) ?? fallback.GetString(Tags.MediaStorageSOPClassUID),
            SopInstanceUid = kept.GetString(Tags.SOPInstanceUID) ?? fallback.GetString(Tags.MediaStorageSOPInstanceUID),
            StudyInstanceUid = kept.GetString(Tags.StudyInstanceUID),
            SeriesInstanceUid = kept.GetString(Tags.SeriesInstanceUID),
            Attributes = kept,
        };
    }

    /// <summary>Reads to the last element of a dataset and the padding after it.</summary>
    /// <returns>The number of bytes that belong to no element.</returns>
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

    /// <summary>Reads as far as a private transfer syntax allows.</summary>
    /// <returns>Whether the last element was reached.</returns>
    private static bool TryWalkPrivate(Stream input, IReadOnlyCollection<Tag> attributes, ref Dataset kept, out long surplus)
    {
        surplus = 0;
        var header = input.ReadUpTo(PrivateEncoding.HeaderLength);
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
    /// Reads elements before the pixel data (7FE0,0010), including the content of sequences. It skips other elements and does not read
    /// the pixel data.
    /// </summary>
    /// <param name="stream">A stream that can seek, at its beginning. It is closed.</param>
    /// <param name="attributes">The elements of the outermost level to read.</param>
    /// <returns>The elements, including the Transfer Syntax UID (0002,0010); null if the file is not a DICOM file.</returns>
    /// <exception cref="DicomDataException">The DICOM file is broken.</exception>
    public static Dataset? ReadHeader(Stream stream, IReadOnlyCollection<Tag> attributes) => ReadHeaderBytes(stream, attributes)?.Read();

    /// <summary>Reads the same elements as bytes.</summary>
    /// <param name="stream">A stream that can seek, at its beginning. It is closed.</param>
    /// <param name="attributes">The elements of the outermost level to read; null for all.</param>
    /// <returns>The elements; null if the file is not a DICOM file.</returns>
    /// <exception cref="DicomDataException">The DICOM file is broken.</exception>
    public static FileHeader? ReadHeaderBytes(Stream stream, IReadOnlyCollection<Tag>? attributes)
    {
        using var input = new BufferedStream(stream, HeaderBufferLength);
        if (!FileMetaInformation.HasPrefix(input))
            return null;
        input.Seek(0, SeekOrigin.Begin);
        var transferSyntaxUid = FileMetaInformation.Read(input, out var metaLength).GetString(Tags.TransferSyntaxUID)!;
        var transferSyntax = TransferSyntax.Find(transferSyntaxUid);
        if (transferSyntax.IsPrivate)
        {
            transferSyntax = PrivateEncoding.Of(input.ReadUpTo(PrivateEncoding.HeaderLength))
                ?? throw new DicomDataException(
                    $"The private transfer syntax {transferSyntaxUid} is not encoded as the standard's own are.");
            input.Seek(metaLength, SeekOrigin.Begin);
        }

        return transferSyntax.IsDeflated
            ? new FileHeader(transferSyntaxUid, TransferSyntax.ExplicitVRLittleEndian, InflateHeader(input))
            : new FileHeader(transferSyntaxUid, transferSyntax, ReadElements(input, transferSyntax, attributes));
    }

    /// <summary>Reads the bytes of elements with their headers. Concatenated, they are a dataset.</summary>
    private static byte[] ReadElements(Stream stream, TransferSyntax transferSyntax, IReadOnlyCollection<Tag>? attributes)
    {
        using var elements = new MemoryStream();
        foreach (var (tag, start, end) in new ElementWalker(stream, transferSyntax).Locate(Tags.PixelData))
        {
            if (attributes is not null && !attributes.Contains(tag) && tag != Tags.SpecificCharacterSet)
                continue;
            if (end - start > MaximumHeaderElementLength)
                continue;
            stream.Seek(start, SeekOrigin.Begin);
            var element = stream.ReadExactly((int)(end - start));
            elements.Write(element, 0, element.Length);
        }

        return elements.ToArray();
    }

    /// <summary>Reads the elements before the pixel data of a deflated dataset, inflating it in growing steps as far as needed.</summary>
    private static byte[] InflateHeader(Stream stream)
    {
        using var inflating = new InflatingStream(stream, DatasetLimits.MaximumInflatedLength);
        using var inflated = new MemoryStream();
        for (var length = MaximumHeaderElementLength; ; length *= 2)
        {
            var more = inflating.ReadUpTo(length - (int)inflated.Length);
            inflated.Write(more, 0, more.Length);
            var bytes = inflated.GetBuffer().AsMemory(0, (int)inflated.Length);
            var isEnd = bytes.Length < length;
            try
            {
                DatasetReader.Read(bytes, TransferSyntax.ExplicitVRLittleEndian, Tags.PixelData, out var read);
                if (isEnd || read < bytes.Length)
                    return bytes.Slice(0, read).ToArray();
            }
            catch (DicomDataException) when (!isEnd)
            {
                // The end of this step may have truncated the element.
            }
        }
    }

    /// <summary>Writes the preamble and the file meta information (PS3.10 7.1). The dataset follows unchanged.</summary>
    /// <param name="sopClassUid">The SOP class.</param>
    /// <param name="sopInstanceUid">The SOP instance.</param>
    /// <param name="transferSyntax">The transfer syntax of the dataset.</param>
    public static byte[] WriteHeader(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax)
    {
        var meta = new Dataset();
        meta.Set(Tags.TransferSyntaxUID, transferSyntax.Uid);
        return FileMetaInformation.Write(meta, sopClassUid, sopInstanceUid);
    }

    /// <summary>
    /// Copies a file and corrects its header, so that it names the SOP class and the instance of the dataset; see
    /// <see cref="Part10Summary.HeaderMatchesDataset"/>. Everything else in the file meta information stays, except the implementation,
    /// which identifies the last writer of the file (PS3.10 7.1). The dataset is copied byte for byte.
    /// </summary>
    /// <param name="source">The file, at its beginning. It need not be able to seek.</param>
    /// <param name="destination">Receives the copy. Neither stream is closed.</param>
    /// <param name="sopClassUid">SOP Class UID (0008,0016) of the dataset.</param>
    /// <param name="sopInstanceUid">SOP Instance UID (0008,0018) of the dataset.</param>
    /// <exception cref="DicomDataException">The source is not a DICOM file.</exception>
    public static void CopyWithHeader(Stream source, Stream destination, string sopClassUid, string sopInstanceUid)
    {
        var header = FileMetaInformation.Write(FileMetaInformation.Read(source, out _), sopClassUid, sopInstanceUid);
        destination.Write(header, 0, header.Length);
        source.CopyTo(destination);
    }
}
