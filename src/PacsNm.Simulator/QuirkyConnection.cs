using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>
/// A connection that applies the quirks below DIMSE: DropAfter, HangAfter, GarbagePdu, SlowResponses and SilentRelease.
/// </summary>
/// <param name="stream">The connection.</param>
/// <param name="quirks">The quirks.</param>
internal sealed class QuirkyConnection(Stream stream, Quirks quirks) : Stream
{
    /// <summary>Bytes that no PDU begins with (PS3.8 9.3.1).</summary>
    private static readonly byte[] Garbage = "This is no PDU, and the connection stays open."u8.ToArray();

    private readonly Quirk? _drop = quirks.Find(QuirkName.DropAfter);
    private int _responses;
    private long _bytes;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Applies the quirks that delay or replace a response.</summary>
    /// <exception cref="SilencedException">Nothing more may be sent.</exception>
    public async Task BeforeResponseAsync(CancellationToken cancellationToken)
    {
        if (quirks.ValueOf(QuirkName.SlowResponses) is { } milliseconds)
            await Task.Delay(milliseconds, cancellationToken).ConfigureAwait(false);
        var before = _responses++;
        if (_drop is { HasSuffix: false } && before >= _drop.Value)
        {
            Dispose();
            throw new SilencedException();
        }

        if (before >= quirks.ValueOf(QuirkName.GarbagePdu))
        {
            await stream.WriteAsync(Garbage, 0, Garbage.Length, cancellationToken).ConfigureAwait(false);
            throw new SilencedException();
        }

        if (before >= quirks.ValueOf(QuirkName.HangAfter))
            throw new SilencedException();
    }

    /// <inheritdoc/>
    public override void Flush() => stream.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (buffer[offset] == (byte)PduType.ReleaseResponse && quirks.Has(QuirkName.SilentRelease))
            await WaitForEndAsync(cancellationToken).ConfigureAwait(false);
        var room = _drop is { HasSuffix: true, Value: { } most } ? Math.Max(0, most - _bytes) : count;
        var taken = (int)Math.Min(count, room);
        _bytes += taken;
        await stream.WriteAsync(buffer, offset, taken, cancellationToken).ConfigureAwait(false);
        if (taken == count)
            return;
        Dispose();
        throw new IOException("The connection is dropped here.");
    }

    /// <summary>Keeps the connection open and silent until the peer closes it.</summary>
    private async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        var ignored = new byte[64];
        while (await stream.ReadAsync(ignored, 0, ignored.Length, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }
}
