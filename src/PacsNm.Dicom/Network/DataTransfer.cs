using System.Buffers.Binary;

namespace PacsNm.Dicom.Network;

/// <summary>P-DATA-TF: presentation data values and their fragments (PS3.8 9.3.5, annex E). No IO.</summary>
internal static class DataTransfer
{
    /// <summary>The number of bytes before a fragment: four of length, the number of the context, the message control header.</summary>
    public const int PdvHeaderLength = 6;

    [Flags]
    private enum MessageControl : byte
    {
        Command = 1,
        Last = 2,
    }

    /// <summary>Reads the next presentation data value of a P-DATA-TF body.</summary>
    /// <returns>False at the end of the body.</returns>
    /// <exception cref="ProtocolViolationException">A length is not valid.</exception>
    public static bool TryReadPdv(ref ReadOnlySpan<byte> body, out Pdv pdv)
    {
        if (body.IsEmpty)
        {
            pdv = default;
            return false;
        }

        var length = body.Length >= PdvHeaderLength ? BinaryPrimitives.ReadUInt32BigEndian(body) : 0;
        if (length < 2 || length > body.Length - 4)
        {
            throw new ProtocolViolationException(
                $"A presentation data value announces {length} bytes where its PDU has {Math.Max(body.Length - 4, 0)}.");
        }

        var control = (MessageControl)body[5];
        pdv = new Pdv
        {
            ContextId = body[4],
            IsCommand = (control & MessageControl.Command) != 0,
            IsLast = (control & MessageControl.Last) != 0,
            Fragment = body.Slice(PdvHeaderLength, (int)length - 2),
        };
        body = body.Slice(4 + (int)length);
        return true;
    }

    /// <summary>Appends one message part as P-DATA-TF PDUs that are short enough for the peer.</summary>
    /// <param name="output">Receives the PDUs.</param>
    /// <param name="maximumLength">The maximum length that the peer accepts, in bytes; 0 for no limit.</param>
    /// <param name="contextId">The presentation context.</param>
    /// <param name="isCommand">Whether the part is the command set.</param>
    /// <param name="part">The bytes of the part.</param>
    public static void Write(
        MemoryStream output,
        uint maximumLength,
        byte contextId,
        bool isCommand,
        ReadOnlySpan<byte> part)
    {
        var room = (int)Math.Min(maximumLength == 0 ? Pdu.DefaultMaximumLength : maximumLength, Pdu.DefaultMaximumLength)
            - PdvHeaderLength;
        do
        {
            var fragment = part.Slice(0, Math.Min(room, part.Length));
            part = part.Slice(fragment.Length);
            WriteOne(output, contextId, isCommand, part.IsEmpty, fragment);
        }
        while (!part.IsEmpty);
    }

    private static void WriteOne(MemoryStream output, byte contextId, bool isCommand, bool isLast, ReadOnlySpan<byte> fragment)
    {
        const int headers = Pdu.HeaderLength + PdvHeaderLength;
        var start = (int)output.Position;
        output.SetLength(start + headers + fragment.Length);
        var pdu = output.GetBuffer().AsSpan(start, headers + fragment.Length);
        Pdu.WriteHeader(pdu, PduType.DataTransfer, PdvHeaderLength + fragment.Length);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.Slice(Pdu.HeaderLength), (uint)fragment.Length + 2);
        pdu[Pdu.HeaderLength + 4] = contextId;
        pdu[Pdu.HeaderLength + 5] =
            (byte)((isCommand ? MessageControl.Command : 0) | (isLast ? MessageControl.Last : 0));
        fragment.CopyTo(pdu.Slice(headers));
        output.Position = start + headers + fragment.Length;
    }
}

/// <summary>One presentation data value (PS3.8 9.3.5.1).</summary>
internal ref struct Pdv
{
    /// <summary>The number of the presentation context.</summary>
    public byte ContextId { get; init; }

    /// <summary>Whether the fragment belongs to a command set and not to a dataset.</summary>
    public bool IsCommand { get; init; }

    /// <summary>Whether the fragment is the last one of its part.</summary>
    public bool IsLast { get; init; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Fragment { get; init; }
}
