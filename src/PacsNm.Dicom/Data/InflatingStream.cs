using System.IO.Compression;

namespace PacsNm.Dicom.Data;

/// <summary>
/// Inflates a deflated dataset (PS3.5 A.5). It limits the length, and reports data that ends before the last block, which
/// DeflateStream does not.
/// </summary>
internal sealed class InflatingStream : Stream
{
    private readonly DeflatedSource _source;
    private readonly DeflateStream _inflating;
    private readonly long _bound;
    private long _length;

    /// <param name="deflated">The deflated bytes. The stream is not closed.</param>
    /// <param name="bound">The most inflated bytes.</param>
    public InflatingStream(Stream deflated, long bound)
    {
        _source = new DeflatedSource(deflated);
        _inflating = new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
        _bound = bound;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads inflated bytes.</summary>
    /// <exception cref="DicomDataException">The data is truncated, is not deflated, or is longer than the bound.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            var read = _inflating.Read(buffer, offset, count);
            _length += read;
            if (_length > _bound)
                throw new DicomDataException($"A deflated dataset is longer than the bound of {_bound} bytes.");
            return read > 0 || count == 0 || !_source.HasEnded
                ? read
                : throw new DicomDataException("The deflated dataset ends before its last block.");
        }
        catch (InvalidDataException exception)
        {
            throw new DicomDataException("A deflated dataset cannot be inflated.", exception);
        }
    }

    /// <summary>Reads the rest of the deflated bytes after everything is inflated; see <see cref="DeflatedSource.CountSurplus"/>.</summary>
    public long CountSurplus() => _source.CountSurplus();

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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inflating.Dispose();
        base.Dispose(disposing);
    }
}
