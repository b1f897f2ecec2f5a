using System.Buffers.Binary;

namespace PacsNm.Dicom.Data;

/// <summary>
/// Detects the encoding of a dataset in a private transfer syntax. PS3.5 does not define such syntaxes. Most of them are a standard
/// encoding with other pixel data. The first element, which is always of group 0008 in a composite instance, shows the encoding.
/// </summary>
internal static class PrivateEncoding
{
    /// <summary>The number of bytes needed: the header of the first element.</summary>
    public const int HeaderLength = 8;

    private const ushort FirstGroup = 0x0008;

    /// <summary>The standard encoding of the beginning of a dataset; null if no encoding fits.</summary>
    /// <param name="header">The first bytes of the dataset.</param>
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
