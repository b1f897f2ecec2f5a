using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Get-PacsFile on files that DCMTK made, in each way that it can encode them.</summary>
public sealed class FileTests(RealServers servers) : IDisposable
{
    private const string Nuclear = """
        (0002,0010) UI [1.2.840.10008.1.2.1]
        (0008,0005) CS [ISO_IR 192]
        (0008,0008) CS [ORIGINAL\PRIMARY\DYNAMIC\EMISSION]
        (0008,0016) UI [1.2.840.10008.5.1.4.1.1.20]
        (0008,0018) UI [2.25.1.1.1]
        (0008,0020) DA [20210901]
        (0008,0030) TM [101112]
        (0008,0060) CS [NM]
        (0008,0070) LO [ZZMaker]
        (0010,0010) PN [ZZTest^Jörg]
        (0010,0020) LO [TEST-9]
        (0020,000d) UI [2.25.1]
        (0020,000e) UI [2.25.1.1]
        (0028,0002) US 1
        (0028,0004) CS [MONOCHROME2]
        (0028,0008) IS [2]
        (0028,0010) US 16
        (0028,0011) US 16
        (0028,0100) US 16
        (0028,0101) US 16
        (0028,0102) US 15
        (0028,0103) US 0
        (0054,0016) SQ
        (fffe,e000) na
        (0018,0031) LO [MDP]
        (0018,1074) DS [740.5]
        (0054,0300) SQ
        (fffe,e000) na
        (0008,0100) SH [C-163A8]
        (0008,0104) LO [^99m^Technetium]
        (fffe,e00d) na
        (fffe,e0dd) na
        (fffe,e00d) na
        (fffe,e0dd) na
        (7fe0,0010) OW =pixels.raw

        """;

    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("+te", "Explicit VR Little Endian")]
    [InlineData("+ti", "Implicit VR Little Endian")]
    [InlineData("+tb", "Explicit VR Big Endian")]
    [InlineData("+td", "Deflated Explicit VR Little Endian")]
    [InlineData("JPEG", "JPEG Lossless, Non-Hierarchical, First-Order Prediction")]
    [InlineData("RLE", "RLE Lossless")]
    public void A_header_is_read_however_it_is_encoded(string encoding, string name)
    {
        var plain = Make("plain.dcm");
        var file = Path.Combine(_engine.Folder, "file.dcm");
        Dcmtk.Run(
            encoding is "JPEG" ? "dcmcjpeg" : encoding is "RLE" ? "dcmcrle" : "dcmconv",
            [.. encoding.StartsWith('+') ? [encoding] : Array.Empty<string>(), plain, file]);
        var result = _engine.Run("Get-PacsFile file.dcm -Property Manufacturer").ThrowIfFailed();
        Assert.Equal([name], result.Texts("TransferSyntaxName"));
        string[] properties =
            [
                "Modality", "SopClassName", "PatientName", "PatientId", "NumberOfFrames", "Rows", "Columns", "Radionuclide",
                "Radiopharmaceutical", "RadionuclideTotalDose", "Manufacturer", "ImageType",
            ];
        Assert.Equal(
            [
                "NM", "Nuclear Medicine Image Storage", "ZZTest^Jörg", "TEST-9", 2, 16, 16, "^99m^Technetium", "MDP", 740.5, "ZZMaker",
                "ORIGINAL\\PRIMARY\\DYNAMIC\\EMISSION"],
            properties.Select(property => result.Values(property)[0]));
        Assert.Equal([new DateTime(2021, 9, 1, 10, 11, 12)], result.Values("StudyDate"));
        Assert.Equal([new FileInfo(file).Length], result.Values("Length"));
    }

    [Fact]
    public void A_folder_is_walked_and_what_is_no_DICOM_file_is_named()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "a", ".pacsnm"));
        File.WriteAllText(Path.Combine(folder.FullName, "1.2.jsonl"), "{}");
        File.WriteAllText(Path.Combine(_engine.Folder, "a", "notes.txt"), "hello");
        File.WriteAllBytes(Path.Combine(_engine.Folder, "a", "empty"), []);
        File.Move(Make("whole.dcm"), Path.Combine(_engine.Folder, "a", "whole.dcm"));
        File.WriteAllBytes(
            Path.Combine(_engine.Folder, "a", "cut.dcm"), File.ReadAllBytes(Path.Combine(_engine.Folder, "a", "whole.dcm"))[..200]);
        var result = _engine.Run("Get-PacsFile a -Verbose");
        Assert.Equal(["whole.dcm"], result.Texts("Path").Select(Path.GetFileName));
        Assert.Equal(["FileBroken"], result.ErrorIds);
        Assert.Contains("2 files are not DICOM files", Assert.Single(result.Warnings).Message, StringComparison.Ordinal);
        Assert.Equal(
            ["'empty' is not a DICOM file.", "'notes.txt' is not a DICOM file."], result.Verbose.Select(line => line.Message).Order());
        Assert.Equal(["FileNotDicom", "FileUnreadable"], _engine.Run("Get-PacsFile a/notes.txt; Get-PacsFile nowhere").ErrorIds);
        Assert.Equal(["UnknownKeyword"], _engine.Run("Get-PacsFile a -Property PatientNam").ErrorIds);
    }

    [Fact]
    public void It_says_the_same_as_dcmdump_of_what_a_server_has()
    {
        var files = _engine.Run("Get-PacsFile $folder", ("folder", servers.Data.Folder)).ThrowIfFailed().Output;
        Assert.Equal(8, files.Count);
        foreach (var file in files)
        {
            var path = $"{file.Properties["Path"].Value}";
            Assert.Equal(Dcmtk.Value(path, "SOPInstanceUID"), file.Properties["SopInstanceUid"].Value);
            Assert.Equal(Dcmtk.Value(path, "StudyDescription"), file.Properties["StudyDescription"].Value);
        }
    }

    [Fact]
    public void The_pixel_data_are_not_read_and_the_pipeline_can_stop_early()
    {
        // Pixel data that are announced and not there would be an error to whoever looks.
        var whole = Make("whole.dcm");
        var bytes = File.ReadAllBytes(whole);
        File.WriteAllBytes(whole, bytes[..^1000]);
        Assert.Single(_engine.Run("Get-PacsFile whole.dcm").ThrowIfFailed().Output);
        File.WriteAllText(Path.Combine(_engine.Folder, "z.txt"), "");
        var first = _engine.Run("function First { process { $_; throw 'enough' } } Get-PacsFile whole.dcm, z.txt | First");
        Assert.Single(first.Output);
        Assert.DoesNotContain("FileNotDicom", first.ErrorIds);
    }

    private string Make(string name)
    {
        File.WriteAllBytes(Path.Combine(_engine.Folder, "pixels.raw"), new byte[2 * 16 * 16 * 2]);
        var dump = Path.Combine(_engine.Folder, "dump.txt");
        File.WriteAllText(dump, Nuclear.Replace("=pixels.raw", "=" + Path.Combine(_engine.Folder, "pixels.raw"), StringComparison.Ordinal));
        var file = Path.Combine(_engine.Folder, name);
        Dcmtk.Run("dump2dcm", "+te", dump, file);
        return file;
    }
}
