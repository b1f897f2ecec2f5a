using System.Buffers.Binary;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Data;

/// <summary>The preamble and the file meta information of a DICOM file (PS3.10 7.1).</summary>
internal static class FileMetaInformation
{
    private const int PreambleLength = 128;

    /// <summary>The length of File Meta Information Group Length in bytes. It is the first element.</summary>
    private const int GroupLengthElement = 12;

    /// <summary>The longest accepted file meta information, in bytes.</summary>
    private const int MaximumLength = 65536;

    /// <summary>Tag, VR and length of File Meta Information Group Length.</summary>
    private static ReadOnlySpan<byte> GroupLengthHeader => [0x02, 0, 0, 0, (byte)'U', (byte)'L', 4, 0];

    /// <summary>Whether a stream contains the prefix DICM at the position that PS3.10 requires.</summary>
    public static bool HasPrefix(Stream stream)
    {
        var head = stream.ReadUpTo(PreambleLength + 4);
        return head.Length == PreambleLength + 4 && head.AsSpan(PreambleLength).SequenceEqual("DICM"u8);
    }

    /// <summary>Reads up to the dataset.</summary>
    /// <returns>The file meta information. It contains a Transfer Syntax UID (0002,0010).</returns>
    /// <exception cref="DicomDataException">The file meta information is absent or broken.</exception>
    public static Dataset Read(Stream stream, out int length)
    {
        var head = stream.ReadExactly(PreambleLength + 4 + GroupLengthElement);
        if (!head.AsSpan(PreambleLength, 4).SequenceEqual("DICM"u8))
            throw new DicomDataException("It is not a DICOM file: the prefix DICM is absent.");
        var groupLength = ReadGroupLength(head.AsSpan(PreambleLength + 4));
        var meta = DatasetReader.Read(stream.ReadExactly(groupLength), TransferSyntax.ExplicitVRLittleEndian);
        length = head.Length + groupLength;
        return meta.GetString(Tags.TransferSyntaxUID) is not null
            ? meta
            : throw new DicomDataException("The Transfer Syntax UID (0002,0010) is absent.");
    }

    /// <summary>Completes the file meta information and encodes it after the preamble.</summary>
    /// <param name="meta">The other elements, at least the Transfer Syntax UID (0002,0010).</param>
    /// <param name="sopClassUid">The SOP class of the dataset.</param>
    /// <param name="sopInstanceUid">The SOP instance of the dataset.</param>
    public static byte[] Write(Dataset meta, string sopClassUid, string sopInstanceUid)
    {
        meta.Set(Tags.FileMetaInformationVersion, VR.OB, new byte[] { 0, 1 });
        meta.Set(Tags.MediaStorageSOPClassUID, sopClassUid);
        meta.Set(Tags.MediaStorageSOPInstanceUID, sopInstanceUid);
        meta.Set(Tags.ImplementationClassUID, Implementation.ClassUid);
        meta.Set(Tags.ImplementationVersionName, Implementation.VersionName);
        var group = DatasetWriter.Write(meta, TransferSyntax.ExplicitVRLittleEndian);
        var header = new byte[PreambleLength + 4 + GroupLengthElement + group.Length];
        "DICM"u8.CopyTo(header.AsSpan(PreambleLength));
        GroupLengthHeader.CopyTo(header.AsSpan(PreambleLength + 4));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(PreambleLength + 12), group.Length);
        group.CopyTo(header, PreambleLength + 4 + GroupLengthElement);
        return header;
    }

    /// <summary>The value of the first element, which must be the group length (0002,0000): VR UL, explicit VR (PS3.10 7.1).</summary>
    private static int ReadGroupLength(ReadOnlySpan<byte> element)
    {
        if (!element.Slice(0, GroupLengthHeader.Length).SequenceEqual(GroupLengthHeader))
        {
            throw new DicomDataException(
                "The file does not begin with the File Meta Information Group Length (0002,0000), which PS3.10 7.1 requires.");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(element.Slice(GroupLengthHeader.Length));
        return length is > 0 and <= MaximumLength
            ? (int)length
            : throw new DicomDataException(
                $"The File Meta Information Group Length (0002,0000) is {length}, which is not between 1 and {MaximumLength}.");
    }
}
