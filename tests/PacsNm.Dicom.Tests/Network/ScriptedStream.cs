namespace PacsNm.Dicom.Tests.Network;

/// <summary>
/// A connection whose other end says what it has to say, and then closes, is silent, or repeats one PDU, which must fit in a read.
/// </summary>
internal sealed class ScriptedStream(byte[] said, bool isSilent = false, TimeSpan byteDelay = default, byte[]? forever = null) : Stream
{
    private readonly MemoryStream _said = new(said);
    private readonly MemoryStream _written = new();
    private readonly TaskCompletionSource<int> _never = new();

    public byte[] Written => _written.ToArray();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (byteDelay > TimeSpan.Zero)
        {
            await Task.Delay(byteDelay, cancellationToken);
            count = 1;
        }

        var read = _said.Read(buffer, offset, count);
        if (read == 0 && forever is not null && count >= forever.Length)
        {
            forever.CopyTo(buffer, offset);
            return forever.Length;
        }

        return read == 0 && isSilent ? await _never.Task : read;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        _written.Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
