using System.Buffers;
using System.Security.Cryptography;

namespace PacsNm.Files;

/// <summary>Computes the SHA-256 of everything that is read through it, so that a file is verified and hashed in one pass.</summary>
internal sealed class HashingStream(FileStream file) : Stream
{
    /// <summary>The buffer for the bytes that the reader leaves.</summary>
    private const int BufferLength = 131072;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// Reads the remaining bytes and returns the hash of all bytes. Call it once. It works after a reader has closed the stream.
    /// </summary>
    /// <returns>64 digits in hexadecimal.</returns>
    public string Finish()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        while (Read(buffer, 0, buffer.Length) > 0)
        {
        }

        ArrayPool<byte>.Shared.Return(buffer);
        using (_hash)
            return Text(_hash.GetHashAndReset());
    }

    /// <summary>Formats a hash as in a manifest: lower-case hexadecimal digits.</summary>
    public static string Text(byte[] hash) => BitConverter.ToString(hash).Replace("-", "").ToLowerInvariant();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = file.Read(buffer, offset, count);
        _hash.AppendData(buffer, offset, read);
        return read;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
