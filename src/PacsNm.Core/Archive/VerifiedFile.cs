using System.Buffers;
using System.Security.Cryptography;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>A file that was read to the last element of its dataset. Its bytes were hashed here or when it was written.</summary>
/// <param name="Summary">What the file says of itself, and whether it is whole.</param>
/// <param name="Bytes">The length in bytes.</param>
/// <param name="Sha256">The SHA-256, in hexadecimal.</param>
internal sealed record VerifiedFile(Part10Summary Summary, long Bytes, string Sha256)
{
    /// <summary>The number of bytes to read at a time.</summary>
    private const int BlockLength = 1 << 17;

    /// <summary>Reads and verifies a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="attributes">The elements to keep.</param>
    /// <param name="sha256">The SHA-256 of the file, if known. Values that are not needed are then skipped.</param>
    public static VerifiedFile Read(string path, IReadOnlyCollection<Tag> attributes, string? sha256 = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        var length = file.Length;
        if (sha256 is not null)
            return new VerifiedFile(Part10File.Verify(file, attributes), length, sha256);

        using var hashing = new HashingStream(file);

        // The reader closes the stream. Finish still hashes the remaining bytes.
        var summary = Part10File.Verify(hashing, attributes);
        return new VerifiedFile(summary, length, hashing.Finish());
    }

    /// <summary>Computes the SHA-256 of a file, in hexadecimal.</summary>
    /// <param name="path">The path.</param>
    /// <param name="read">Called for each block that was read, with its length in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static string Sha256Of(string path, Action<int>? read = null, CancellationToken cancellationToken = default) =>
        HashOf(path, HashAlgorithmName.SHA256, read, cancellationToken);

    /// <summary>Computes another hash of a file, in hexadecimal.</summary>
    /// <inheritdoc cref="Sha256Of"/>
    public static string HashOf(string path, HashAlgorithmName algorithm, Action<int>? read, CancellationToken cancellationToken)
    {
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(algorithm);
        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            while (file.Read(block, 0, block.Length) is > 0 and var count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(block, 0, count);
                read?.Invoke(count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return HashingStream.Text(hash.GetHashAndReset());
    }
}
