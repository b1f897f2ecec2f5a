using System.IO.Compression;
using System.Text;

namespace PacsNm.Tests.Peers;

/// <summary>
/// A folder of DICOM files written byte by byte, without any writer of ours: explicit VR little endian in any transfer syntax.
/// </summary>
internal sealed class HandMadeFiles : IDisposable
{
    public const string Study = TestData.UidRoot + ".77";

    private const string SecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";

    private int _count;

    public string Folder { get; } = Directory.CreateTempSubdirectory("pacsnm-handmade-").FullName;

    /// <summary>Adds an image of one study.</summary>
    /// <param name="transferSyntax">What its file says.</param>
    /// <param name="characterSet">(0008,0005); null to leave it out.</param>
    /// <param name="name">Patient's Name, as bytes.</param>
    /// <param name="isDeflated">Whether the dataset is deflated.</param>
    public void Add(string transferSyntax, string? characterSet = null, byte[]? name = null, bool isDeflated = false)
    {
        var uid = $"{Study}.1.{++_count}";
        byte[] dataset =
        [
            .. characterSet is null ? [] : Element(0x0008_0005, "CS", characterSet),
            .. Element(0x0008_0016, "UI", SecondaryCapture),
            .. Element(0x0008_0018, "UI", uid),
            .. Element(0x0008_0020, "DA", "20210901"),
            .. Element(0x0008_0030, "TM", "235960"),
            .. Element(0x0008_0060, "CS", "OT"),
            .. Element(0x0010_0010, "PN", name ?? "ZZTEST"u8.ToArray()),
            .. Element(0x0010_0020, "LO", "TEST-077"),
            .. Element(0x0020_000D, "UI", Study),
            .. Element(0x0020_000E, "UI", Study + ".1"),
        ];
        byte[] meta =
        [
            .. Element(0x0002_0002, "UI", SecondaryCapture), .. Element(0x0002_0003, "UI", uid),
            .. Element(0x0002_0010, "UI", transferSyntax),
        ];
        File.WriteAllBytes(
            Path.Combine(Folder, $"{_count}.dcm"),
            [
                .. new byte[128], .. "DICM"u8, .. Element(0x0002_0000, "UL", BitConverter.GetBytes(meta.Length)), .. meta,
                .. isDeflated ? Deflate(dataset) : dataset,
            ]);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Element(uint tag, string vr, string value) => Element(tag, vr, Encoding.ASCII.GetBytes(value));

    private static byte[] Element(uint tag, string vr, byte[] value)
    {
        byte[] padding = value.Length % 2 == 0 ? [] : [vr == "UI" ? (byte)0 : (byte)' '];
        var length = value.Length + padding.Length;
        return
        [
            (byte)(tag >> 16), (byte)(tag >> 24), (byte)tag, (byte)(tag >> 8), .. Encoding.ASCII.GetBytes(vr), (byte)length,
            (byte)(length >> 8),
            .. value, .. padding,
        ];
    }

    private static byte[] Deflate(byte[] dataset)
    {
        using var output = new MemoryStream();
        using (var deflating = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
            deflating.Write(dataset);
        if (output.Length % 2 == 1)
            output.WriteByte(0);
        return output.ToArray();
    }
}
