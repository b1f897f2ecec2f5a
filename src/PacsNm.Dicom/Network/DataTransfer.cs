using System.Buffers.Binary;

namespace PacsNm.Dicom.Network;

/// <summary>P-DATA-TF: presentation data values and their fragments (PS3.8 9.3.5, annex E). No IO.</summary>
internal static class DataTransfer
{
    /// <summary>Bytes in front of a fragment: four of length, the context's number, the message control header.</summary>
    public const int PdvHeaderLength = 6;

    [Flags]
    private enum MessageControl : byte
    {
        Command = 1,
        Last = 2,
    }

    /// <summary>Takes the next presentation data value from a P-DATA-TF body.</summary>
    /// <returns>False at its end.</returns>
    /// <exception cref="ProtocolViolationException">A length does not fit.</exception>
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

    /// <summary>
    /// Appends one message part as P-DATA-TF PDUs that the peer can take, as many as it needs.
    /// </summary>
    /// <param name="output">Where the PDUs go.</param>
    /// <param name="maximumLength">The peer's maximum length in bytes; 0 is no limit.</param>
    /// <param name="contextId">The presentation context.</param>
    /// <param name="isCommand">Whether the part is the command set.</param>
    /// <param name="part">The bytes.</param>
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
    /// <summary>The presentation context's number.</summary>
    public byte ContextId { get; init; }

    /// <summary>Whether the fragment belongs to a command set, not to a dataset.</summary>
    public bool IsCommand { get; init; }

    /// <summary>Whether it is the last fragment of its part.</summary>
    public bool IsLast { get; init; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Fragment { get; init; }
}
