using System.Buffers.Binary;
#if NET
using System.Runtime.CompilerServices;
#endif
using System.Runtime.InteropServices;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Reads and writes PDUs on a connection. A wait that is cancelled or runs out loses nothing: the read goes on, and
/// the next call takes up what it brought.
/// </summary>
public sealed class PduStream : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _buffer;
    private readonly int _maximumLength;
    private readonly Action? _beforeRead;
    private int _start;
    private int _end;
    private Task<int>? _pendingRead;
    private bool _disposed;

    /// <summary>Takes over a connected stream.</summary>
    /// <param name="stream">Disposed with this object.</param>
    /// <param name="maximumLength">The longest PDU body that is taken, in bytes; memory is taken for one.</param>
    /// <param name="beforeRead">Called before each read, for socket options that do not last.</param>
    public PduStream(Stream stream, int maximumLength = Pdu.DefaultMaximumLength, Action? beforeRead = null)
    {
        _stream = stream;
        _maximumLength = maximumLength;
        _beforeRead = beforeRead;
        _buffer = new byte[Pdu.HeaderLength + maximumLength];
    }

    /// <summary>Whether the system acknowledges what it receives immediately; see <see cref="QuickAcknowledgement"/>.</summary>
    public bool AcknowledgesQuickly { get; init; }

    /// <summary>Whether unread bytes have come; starts a read to find out.</summary>
    internal bool HasInput => _end > _start || StartRead().IsCompleted;

    /// <summary>The type of the PDU that has come next, as far as it has come.</summary>
    internal PduType? NextType => _end > _start ? (PduType)_buffer[_start] : null;

    /// <summary>Reads one PDU whole.</summary>
    /// <returns>The PDU; its body is valid until the next call.</returns>
    /// <exception cref="PeerTimeoutException">It was not there in time.</exception>
    /// <exception cref="AssociationAbortedException">The connection ended.</exception>
    /// <exception cref="ProtocolViolationException">Its length is beyond the bound.</exception>
    internal async ValueTask<Pdu> ReadAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        Pdu pdu;
        while (!TryTake(out pdu))
            await FillAsync(deadline, cancellationToken).ConfigureAwait(false);
        return pdu;
    }

    /// <summary>
    /// Reads one PDU whole, as the overload with a deadline does, but without one: closing the stream ends the wait. In
    /// the steady state it allocates nothing.
    /// </summary>
#if NET
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    internal async ValueTask<Pdu> ReadAsync()
    {
        Pdu pdu;
        while (!TryTake(out pdu))
        {
            try
            {
                var count = _pendingRead is { } pending ? await pending.ConfigureAwait(false) : await ReadMoreAsync().ConfigureAwait(false);
                _pendingRead = null;
                _end += count;
                if (count == 0)
                    throw Closed(NetworkPhase.Dimse);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                _pendingRead = null;
                throw Ended(exception);
            }
        }

        return pdu;
    }

    /// <summary>Takes a PDU that has come whole, without waiting.</summary>
    internal bool TryTake(out Pdu pdu)
    {
        pdu = default;
        var available = _end - _start;
        if (available < Pdu.HeaderLength)
            return false;
        var type = (PduType)_buffer[_start];
        if (type is < PduType.AssociateRequest or > PduType.Abort)
            throw new ProtocolViolationException(ProblemOf((byte)type, _buffer[_start + 1]));
        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 2));
        if (length > _maximumLength)
        {
            throw new ProtocolViolationException(
                $"A PDU announces {length} bytes, beyond the maximum length of {_maximumLength}.");
        }

        if (available < Pdu.HeaderLength + (int)length)
            return false;
        pdu = new Pdu(_buffer.AsMemory(_start, Pdu.HeaderLength + (int)length));
        _start += Pdu.HeaderLength + (int)length;
        return true;
    }

    /// <summary>Writes bytes that are one or more whole PDUs.</summary>
    internal async Task WriteAsync(ReadOnlyMemory<byte> bytes, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            MemoryMarshal.TryGetArray(bytes, out var array);
            var write = _stream.WriteAsync(array.Array!, array.Offset, array.Count, CancellationToken.None);
            if (!write.IsCompleted)
            {
                write.Forget();
                await write.WithinAsync(deadline.Remaining, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await write.ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            throw deadline.ToException();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw NotSent(exception);
        }
    }

    /// <summary>Writes bytes that are one or more whole PDUs, without a limit: closing the stream ends the wait.</summary>
#if NET
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
#endif
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
#if NET
            await _stream.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
#else
            MemoryMarshal.TryGetArray(bytes, out var array);
            await _stream.WriteAsync(array.Array!, array.Offset, array.Count, CancellationToken.None).ConfigureAwait(false);
#endif
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw NotSent(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stream.Dispose();
        _pendingRead?.Forget();
    }

    private async ValueTask FillAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            var read = StartRead();
            var count = read.IsCompleted
                ? await read.ConfigureAwait(false)
                : await read.WithinAsync(deadline.Remaining, cancellationToken).ConfigureAwait(false);
            _pendingRead = null;
            _end += count;
            if (count == 0)
                throw Closed(deadline.Phase);
        }
        catch (TimeoutException)
        {
            throw deadline.ToException();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _pendingRead = null;
            throw Ended(exception);
        }
    }

    private Task<int> StartRead() => _pendingRead ??= ReadMoreAsync().AsTask();

    private ValueTask<int> ReadMoreAsync()
    {
        if (_start > 0)
        {
            // The buffer holds one PDU of the longest kind, so the start of the next one moves to its front.
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        _beforeRead?.Invoke();
#if NET
        return _stream.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None);
#else
        return new(_stream.ReadAsync(_buffer, _end, _buffer.Length - _end, CancellationToken.None));
#endif
    }

    /// <summary>Describes a PDU of an unknown type. A TLS record begins with its type and major version 3 (RFC 8446 5.1).</summary>
    private static string ProblemOf(byte type, byte next) => type is >= 0x14 and <= 0x17 && next == 3
        ? "The peer answered with TLS, and not with DICOM: the port needs TLS."
        : $"A PDU is of type 0x{type:X2}, which PS3.8 9.3.1 does not have.";

    private static AssociationAbortedException Closed(NetworkPhase phase) => new(phase == NetworkPhase.Acse
        ? "The peer closed the connection before it answered the association request or release."
        : "The peer closed the connection.");

    private static AssociationAbortedException NotSent(Exception exception) =>
        new("The connection ended while a message was being sent.", exception);

    private static AssociationAbortedException Ended(Exception exception) => new("The connection ended.", exception);
}
