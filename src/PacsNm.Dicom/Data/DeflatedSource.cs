namespace PacsNm.Dicom.Data;

/// <summary>
/// Provides deflated bytes to an inflater, which reads more than it needs. To make the surplus countable, it provides padding at the
/// end one byte at a time.
/// </summary>
internal sealed class DeflatedSource(Stream stream) : Stream
{
    private const int ChunkLength = 8192;

    /// <summary>The longest run that is provided byte by byte. A longer run may be compressed data, which must stay fast.</summary>
    private const int SingleBytes = 64;

    private readonly byte[] _chunk = new byte[ChunkLength];
    private int _start;
    private int _runStart;
    private int _end;
    private long _given;

    /// <summary>Whether the inflater asked for bytes after the end, which it does only before its last block.</summary>
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
    /// Reads to the end and counts the bytes that the inflater did not need, except a byte that makes the length even, which PS3.5 A.5
    /// requires. The count may be too low if the surplus is not one repeated byte.
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
