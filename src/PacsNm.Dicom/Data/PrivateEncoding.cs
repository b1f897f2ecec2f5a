using System.Buffers.Binary;

namespace PacsNm.Dicom.Data;

/// <summary>
/// How a dataset in a private transfer syntax is encoded. PS3.5 does not define such syntaxes. Most are one of the standard's
/// own encodings with other pixel data, and the first element, always of group 0008 in a composite instance, shows which.
/// </summary>
internal static class PrivateEncoding
{
    /// <summary>The bytes that are needed: the header of the first element.</summary>
    public const int HeaderLength = 8;

    private const ushort FirstGroup = 0x0008;

    /// <summary>The standard encoding that a dataset begins in; null if none fits.</summary>
    /// <param name="header">Its first bytes.</param>
    public static TransferSyntax? Of(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength)
            return null;
        var isExplicit = ((VR)((header[4] << 8) | header[5])).IsKnown();
        if (BinaryPrimitives.ReadUInt16LittleEndian(header) == FirstGroup)
        {
            return isExplicit ? TransferSyntax.ExplicitVRLittleEndian
                : BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(4)) <= ushort.MaxValue ? TransferSyntax.ImplicitVRLittleEndian
                : null;
        }

        return isExplicit && BinaryPrimitives.ReadUInt16BigEndian(header) == FirstGroup ? TransferSyntax.ExplicitVRBigEndian : null;
    }
}
