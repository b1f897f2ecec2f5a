using PacsNm.Dicom.Data;

namespace PacsNm.Archive;

/// <summary>Distinguishes one object that arrived twice from two objects with the same UIDs.</summary>
internal static class DatasetComparison
{
    private const int BufferLength = 65536;

    /// <summary>
    /// Whether two DICOM files have the same dataset, byte for byte. Files in different transfer syntaxes count as equal: a PACS may send
    /// one object in several, and they cannot be compared without decoding.
    /// </summary>
    public static bool AreEqual(string one, string other)
    {
        using var first = Open(one);
        using var second = Open(other);
        var (firstSummary, secondSummary) = (Summarize(one), Summarize(other));
        if (firstSummary.TransferSyntaxUid != secondSummary.TransferSyntaxUid)
            return true;
        if (firstSummary.DatasetLength != secondSummary.DatasetLength)
            return false;
        first.Seek(-firstSummary.DatasetLength, SeekOrigin.End);
        second.Seek(-secondSummary.DatasetLength, SeekOrigin.End);
        var (left, right) = (new byte[BufferLength], new byte[BufferLength]);
        while (true)
        {
            var count = Fill(first, left);
            if (count != Fill(second, right) || !left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
                return false;
            if (count < BufferLength)
                return true;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);

    private static Part10Summary Summarize(string path)
    {
        using var stream = Open(path);
        return Part10File.Verify(stream);
    }

    private static int Fill(Stream stream, byte[] buffer)
    {
        int count = 0, read;
        while (count < buffer.Length && (read = stream.Read(buffer, count, buffer.Length - count)) > 0)
            count += read;
        return count;
    }
}
