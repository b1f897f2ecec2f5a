namespace PacsNm.Dicom.Data;

/// <summary>
/// Deflated bytes for an inflater, which takes more than it needs. They are given out so that what the inflater did not need can
/// be counted: padding at the end goes out one byte at a time.
/// </summary>
internal sealed class DeflatedSource(Stream stream) : Stream
{
    private const int ChunkLength = 8192;

    /// <summary>Bytes of a run that go out one at a time. A longer one may be compressed data, which must not become slow.</summary>
    private const int SingleBytes = 64;

    private readonly byte[] _chunk = new byte[ChunkLength];
    private int _start;
    private int _runStart;
    private int _end;
    private long _given;

    /// <summary>Whether more was wanted than there is: an inflater wants it only before its last block.</summary>
    public bool HasEnded { get; private set; }

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

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (count == 0)
            return 0;
        if (_start == _end && !TryFill())
        {
            HasEnded = true;
            return 0;
        }

        var length = Math.Min(count, NextLength());
        Array.Copy(_chunk, _start, buffer, offset, length);
        _start += length;
        _given += length;
        return length;
    }

    /// <summary>
    /// Reads to the end, and counts the bytes that the inflater did not need. One that makes the length even is not counted: PS3.5
    /// A.5 asks for it. The count may be short where other bytes than one repeated byte follow.
    /// </summary>
    public long CountSurplus()
    {
        long left = _end - _start;
        while (TryFill())
            left += _end;
        _start = _end;
        return left == 0 ? 0 : left - (_given & 1);
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

    private bool TryFill()
    {
        _start = 0;
        _end = stream.Read(_chunk, 0, _chunk.Length);
        _runStart = Math.Max(_end - 1, 0);
        while (_runStart > 0 && _chunk[_runStart - 1] == _chunk[_end - 1])
            _runStart--;
        return _end > 0;
    }

    private int NextLength() =>
        _start < _runStart ? _runStart - _start
        : _start < _runStart + SingleBytes ? 1
        : _end - _start;
}
