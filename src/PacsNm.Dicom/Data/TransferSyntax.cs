namespace PacsNm.Dicom.Data;

/// <summary>A transfer syntax (PS3.5 10, annex A).</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="Name">Its name in PS3.6 annex A.</param>
/// <param name="IsExplicitVR">Whether each element says its value representation.</param>
/// <param name="IsBigEndian">Whether numbers have their high byte first.</param>
/// <param name="IsEncapsulated">Whether pixel data are compressed, in fragments (PS3.5 A.4).</param>
/// <param name="IsDeflated">Whether the whole dataset is deflated (PS3.5 A.5).</param>
public sealed record TransferSyntax(
    string Uid,
    string Name,
    bool IsExplicitVR = true,
    bool IsBigEndian = false,
    bool IsEncapsulated = false,
    bool IsDeflated = false)
{
    /// <summary>Implicit VR Little Endian, which every peer has (PS3.5 A.1).</summary>
    public static readonly TransferSyntax ImplicitVRLittleEndian =
        new("1.2.840.10008.1.2", "Implicit VR Little Endian", IsExplicitVR: false);

    /// <summary>Explicit VR Little Endian (PS3.5 A.2).</summary>
    public static readonly TransferSyntax ExplicitVRLittleEndian =
        new("1.2.840.10008.1.2.1", "Explicit VR Little Endian");

    /// <summary>Deflated Explicit VR Little Endian (PS3.5 A.5).</summary>
    public static readonly TransferSyntax DeflatedExplicitVRLittleEndian =
        new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", IsDeflated: true);

    /// <summary>Explicit VR Big Endian, retired (PS3.5 2006, A.3).</summary>
    public static readonly TransferSyntax ExplicitVRBigEndian =
        new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", IsBigEndian: true);

    private static readonly Dictionary<string, TransferSyntax> Known = new[]
    {
        ImplicitVRLittleEndian,
        ExplicitVRLittleEndian,
        DeflatedExplicitVRLittleEndian,
        ExplicitVRBigEndian,
        Encapsulated("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)"),
        Encapsulated("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)"),
        Encapsulated("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)"),
        Encapsulated("1.2.840.10008.1.2.4.70", "JPEG Lossless, Non-Hierarchical, First-Order Prediction"),
        Encapsulated("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"),
        Encapsulated("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless)"),
        Encapsulated("1.2.840.10008.1.2.4.90", "JPEG 2000 (Lossless Only)"),
        Encapsulated("1.2.840.10008.1.2.4.91", "JPEG 2000"),
        Encapsulated("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level"),
        Encapsulated("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1"),
        Encapsulated("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1"),
        Encapsulated("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 (Lossless Only)"),
        Encapsulated("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL (Lossless Only)"),
        Encapsulated("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000"),
        Encapsulated("1.2.840.10008.1.2.5", "RLE Lossless"),
    }.ToDictionary(syntax => syntax.Uid);

    /// <summary>
    /// The transfer syntax of a UID. One that is not known here is read as encapsulated explicit VR little endian, as
    /// every transfer syntax since 1993 is.
    /// </summary>
    public static TransferSyntax Find(string uid) =>
        Known.TryGetValue(uid, out var syntax) ? syntax : Encapsulated(uid, uid);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static TransferSyntax Encapsulated(string uid, string name) => new(uid, name, IsEncapsulated: true);
}
