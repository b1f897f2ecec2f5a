using System.Buffers.Binary;

namespace PacsNm.Dicom.Network;

/// <summary>A received protocol data unit.</summary>
/// <param name="Whole">The header and the body, valid until the next PDU is read.</param>
public readonly record struct Pdu(ReadOnlyMemory<byte> Whole)
{
    /// <summary>The length of the header in bytes: type, one reserved byte, four bytes of length (PS3.8 9.3.1).</summary>
    public const int HeaderLength = 6;

    /// <summary>The longest P-DATA-TF body that we accept, in bytes (PS3.8 D.1).</summary>
    public const int DefaultMaximumLength = 131072;

    /// <summary>The shortest maximum length of a peer that is supported, in bytes.</summary>
    public const int SmallestMaximumLength = 64;

    /// <summary>The type (PS3.8 9.3.1).</summary>
    public PduType Type => (PduType)Whole.Span[0];

    /// <summary>The bytes after the header.</summary>
    public ReadOnlyMemory<byte> Body => Whole.Slice(HeaderLength);

    /// <summary>Writes a header before a body of <paramref name="bodyLength"/> bytes.</summary>
    public static void WriteHeader(Span<byte> destination, PduType type, int bodyLength)
    {
        destination[0] = (byte)type;
        destination[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(2), (uint)bodyLength);
    }

    /// <summary>A complete A-RELEASE-RQ (PS3.8 9.3.6).</summary>
    internal static byte[] ReleaseRequest() => WithFourByteBody(PduType.ReleaseRequest, 0, 0);

    /// <summary>A complete A-RELEASE-RP (PS3.8 9.3.7).</summary>
    internal static byte[] ReleaseResponse() => WithFourByteBody(PduType.ReleaseResponse, 0, 0);

    /// <summary>A complete A-ABORT (PS3.8 9.3.8).</summary>
    internal static byte[] Abort(AbortSource source, byte reason) =>
        WithFourByteBody(PduType.Abort, (byte)source, reason);

    /// <summary>A complete A-ASSOCIATE-RJ (PS3.8 9.3.4).</summary>
    internal static byte[] Reject(AssociateReject reject)
    {
        var pdu = WithFourByteBody(PduType.AssociateReject, reject.Source, reject.Reason);
        pdu[HeaderLength + 1] = reject.Result;
        return pdu;
    }

    private static byte[] WithFourByteBody(PduType type, byte third, byte fourth)
    {
        var pdu = new byte[HeaderLength + 4];
        WriteHeader(pdu, type, 4);
        pdu[HeaderLength + 2] = third;
        pdu[HeaderLength + 3] = fourth;
        return pdu;
    }
}
