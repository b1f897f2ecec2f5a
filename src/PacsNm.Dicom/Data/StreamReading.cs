namespace PacsNm.Dicom.Data;

/// <summary>Reads a number of bytes from a stream.</summary>
internal static class StreamReading
{
    /// <summary>Reads exactly the requested number of bytes.</summary>
    /// <exception cref="DicomDataException">The stream ends too early.</exception>
    public static byte[] ReadExactly(this Stream stream, int count) => stream.ReadUpTo(count) is var bytes && bytes.Length == count
        ? bytes
        : throw new DicomDataException($"The file ends after {bytes.Length} bytes of a part of {count}.");

    /// <summary>Reads the requested number of bytes, or fewer at the end of the stream.</summary>
    public static byte[] ReadUpTo(this Stream stream, int count)
    {
        var bytes = new byte[count];
        int read = 0, got;
        while (read < count && (got = stream.Read(bytes, read, count - read)) > 0)
            read += got;
        return read == count ? bytes : bytes.AsSpan(0, read).ToArray();
    }
}
