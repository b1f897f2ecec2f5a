using PacsNm.Dicom.Data;

namespace PacsNm.Tables;

/// <summary>The header of a file as it was when it was read.</summary>
/// <param name="Length">The length of the file in bytes.</param>
/// <param name="Written">When the file was last written, in ticks of UTC.</param>
/// <param name="Header">The header; null for a file that is not a DICOM file.</param>
internal sealed record StoredHeader(long Length, long Written, FileHeader? Header)
{
    /// <summary>The longest header that is stored.</summary>
    private const int MaximumLength = 1 << 28;

    /// <exception cref="IOException">The stream ends too early.</exception>
    /// <exception cref="InvalidDataException">The bytes are not a header.</exception>
    public static StoredHeader Read(BinaryReader reader)
    {
        var (length, written, uid) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadString());
        if (uid.Length == 0)
            return new StoredHeader(length, written, null);
        var encoding = TransferSyntax.Find(reader.ReadString());
        var count = reader.ReadInt32();
        if (count is < 0 or > MaximumLength)
            throw new InvalidDataException();
        var elements = reader.ReadBytes(count);
        return elements.Length == count
            ? new StoredHeader(length, written, new FileHeader(uid, encoding, elements))
            : throw new EndOfStreamException();
    }

    /// <summary>Writes the header.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Length);
        writer.Write(Written);
        writer.Write(Header?.TransferSyntaxUid ?? "");
        if (Header is null)
            return;
        writer.Write(Header.Encoding.Uid);
        writer.Write(Header.Elements.Length);
        writer.Write(Header.Elements);
    }
}
