using PacsNm.Archive;

namespace PacsNm.Core.Tests.Archive;

/// <summary>What a manifest says is believed as far as below the archive's folder.</summary>
public sealed class HostileRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileRecordTests()
    {
        Write("outside.dcm");
        Write("archive", "P1", "1.2", "x.dcm");
        Write("archive", "P2", "1.2", "x.dcm");
        Write("archive", ".pacsnm", "x.dcm");
        Write("archive", ".pacsnm", "1.2", "own.dcm");
    }

    private string Root => Path.Combine(_folder.Path, "archive");

    public static TheoryData<string?> Hostile =>
    [
        (string?)null, "", "/", ".", "..", "*", "*/*", "*/*/*", "../outside.dcm", "*/../../outside.dcm", "P1/1.2/../../../outside.dcm",
        "/etc/passwd", "//etc/passwd", "..\\outside.dcm", "C:\\x.dcm", "C:/x.dcm", "P1//x.dcm", "P1/1.2/", "./P1/1.2/x.dcm",
        ".pacsnm/x.dcm", "*/x.dcm", "*/1.2/own.dcm", "P?/1.2/x.dcm", "P1/1.2/x.dcm\0", "P1/1.2/x*",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Hostile))]
    public void A_record_that_leaves_the_archive_or_names_no_file_finds_none(string? record)
    {
        var entry = new ManifestEntry { SopInstanceUid = "1", File = record };
        Assert.Null(new FileLocator(Root, "").Find(entry));
        Assert.Null(new FileLocator(Root, "P1").Find(entry));
        Assert.Empty(new ArchiveFiles(Root, () => { }).Claim(entry));
    }

    [Fact]
    public void An_asterisk_stands_for_one_folder_and_the_expected_one_comes_first()
    {
        var entry = new ManifestEntry { SopInstanceUid = "1", File = "*/1.2/x.dcm" };
        foreach (var patient in new[] { "P1", "P2" })
            Assert.Equal(Path.Combine(Root, patient, "1.2", "x.dcm"), new FileLocator(Root, patient).Find(entry));
        Assert.Equal(2, new ArchiveFiles(Root, () => { }).Claim(entry).Count);
    }

    [Fact]
    public void What_no_record_claims_is_left_and_the_module_s_own_files_are_none()
    {
        var files = new ArchiveFiles(Root, () => { });
        Assert.Equal(2, files.Count);
        files.Claim(new ManifestEntry { SopInstanceUid = "1", File = "P1/1.2/x.dcm" });
        Assert.Equal([Path.Combine(Root, "P2", "1.2", "x.dcm")], files.Unclaimed);
    }

    private void Write(params string[] parts)
    {
        var path = Path.Combine([_folder.Path, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
    }
}
