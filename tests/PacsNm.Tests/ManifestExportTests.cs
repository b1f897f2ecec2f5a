using System.Security.Cryptography;
using System.Text.Json;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>The checksums of an archive, held against tools that others wrote.</summary>
public sealed class ManifestExportTests : IDisposable
{
    private readonly Engine _engine = new();

    private string Archive => Path.Combine(_engine.Folder, "d");

    private string List => Path.Combine(_engine.Folder, "SHA256SUMS");

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    /// <summary>Changes of an archive, what Test-PacsArchive says, and whether sha256sum, rclone and sha256deep find them.</summary>
    public static TheoryData<string, string, bool> Changes => new()
    {
        { "none", "Intact", true },
        { "missing", "Damaged", false },
        { "altered", "Damaged", false },
        { "truncated", "Damaged", false },
        { "empty", "Damaged", false },
        { "renamed", "Damaged", false },
    };

    [Theory, MemberData(nameof(Changes))]
    public void Other_tools_say_the_same_of_a_change(string change, string status, bool isGood)
    {
        Save("-Layout 'a b %41 grün/{SeriesInstanceUID}/{SOPInstanceUID}.dcm'");
        Run($"Export-PacsManifest '{List}' d");
        var file = SavedFolder.Files(Archive)[0];
        switch (change)
        {
            case "missing":
                File.Delete(file);
                break;
            case "altered":
                Change(file);
                break;
            case "truncated":
                File.WriteAllBytes(file, File.ReadAllBytes(file)[..^2]);
                break;
            case "empty":
                File.WriteAllBytes(file, []);
                break;
            case "renamed":
                File.Move(file, file + ".old");
                break;
        }

        Assert.Equal(status, isGood ? Statuses().Distinct().Single() : Statuses().First(text => text != "Intact"));
        Assert.Equal(isGood, Ends("sha256sum", "--check", "--strict", "--quiet", List));
        Assert.Equal(isGood, Ends("rclone", "checksum", "sha256", List, ".", "--exclude", "/.pacsnm/**"));

        // sha256deep prints the files whose content is not in the list. It does not look for those that are not on the disk.
        var unknown = Tool("sha256deep", "-r", "-l", "-x", List, ".").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => !path.Contains(".pacsnm", StringComparison.Ordinal));
        Assert.Equal(isGood || change is "missing" or "renamed", !unknown.Any());
    }

    [Fact]
    public void A_file_that_no_manifest_records_is_found_by_both()
    {
        Save("");
        Run($"Export-PacsManifest '{List}' d");
        var file = SavedFolder.Files(Archive)[0];
        File.Copy(file, file + ".copy");
        Assert.Contains("Unlisted", Statuses());
        Assert.True(Ends("sha256sum", "--check", "--strict", "--quiet", List));
        Assert.False(Ends("rclone", "checksum", "sha256", List, ".", "--exclude", "/.pacsnm/**"));
    }

    [Fact]
    public void Each_study_can_have_its_list()
    {
        Save("");
        var lists = Run("Export-PacsManifest sums/ d").Texts("FullName");
        Assert.Equal(Run("Test-PacsArchive d").Texts("StudyInstanceUid").Order(), lists.Select(Path.GetFileNameWithoutExtension).Order());
        Assert.All(lists, list => Assert.True(Ends("sha256sum", "--check", "--strict", "--quiet", list)));
        Assert.Equal(SavedFolder.Files(Archive).Length, lists.Sum(list => File.ReadAllLines(list).Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Copy")]
    public void A_bag_keeps_the_rules_of_RFC_8493(string copy)
    {
        Save("-Layout '{PatientID}/100 %/{SOPInstanceUID}.dcm'");
        Run($"Export-PacsManifest bag d -Format BagIt {copy} -Profile @{{ 'Source-Organization' = 'A'; 'Contact-Name' = \"two`nlines\" }}");
        var bag = Path.Combine(_engine.Folder, "bag");

        // 2.1.1 and 2.2.2
        Assert.Equal("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", File.ReadAllText(Path.Combine(bag, "bagit.txt")));
        var payload = Directory.GetFiles(Path.Combine(bag, "data"), "*", SearchOption.AllDirectories);
        var info = File.ReadAllLines(Path.Combine(bag, "bag-info.txt"));
        Assert.Contains("Source-Organization: A", info);
        Assert.Contains("Contact-Name: two", info);
        Assert.Contains("  lines", info);
        Assert.Contains($"Payload-Oxum: {payload.Sum(path => new FileInfo(path).Length)}.{payload.Length}", info);

        // 2.1.3: every file of the payload once, with slashes, %25 for a percent sign, and its hash.
        var manifest = File.ReadAllLines(Path.Combine(bag, "manifest-sha256.txt")).Select(line => line.Split("  ", 2)).ToArray();
        Assert.Contains(manifest, line => line[1].Contains("/100 %25/", StringComparison.Ordinal));
        Assert.Equal(
            payload.Select(path => Path.GetRelativePath(bag, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
            manifest.Select(line => line[1].Replace("%25", "%", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var line in manifest)
            Assert.Equal(Sha256(Path.Combine(bag, line[1].Replace("%25", "%", StringComparison.Ordinal))), line[0]);

        // 2.2.1: every tag file but the tag manifest.
        var tags = File.ReadAllLines(Path.Combine(bag, "tagmanifest-sha256.txt")).Select(line => line.Split("  ", 2)).ToArray();
        Assert.Equal(["bag-info.txt", "bagit.txt", "manifest-sha256.txt"], tags.Select(line => line[1]));
        Assert.All(tags, line => Assert.Equal(Sha256(Path.Combine(bag, line[1])), line[0]));

        Assert.All(Run("Test-PacsArchive bag/data").Texts("Status"), text => Assert.Equal("Intact", text));
        Change(SavedFolder.Files(Archive)[0]);
        Assert.Equal(copy.Length > 0, Run("Test-PacsArchive bag/data").Texts("Status").All(text => text == "Intact"));
    }

    [Fact]
    public void JSON_has_the_same_checksums_and_what_the_study_is()
    {
        Save("");
        Run($"Export-PacsManifest archive.json d -Format Json; Export-PacsManifest '{List}' d");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_engine.Folder, "archive.json")));
        var studies = json.RootElement.GetProperty("Studies").EnumerateArray().ToArray();
        Assert.Equal(
            Run("Test-PacsArchive d").Texts("StudyInstanceUid").Order(),
            studies.Select(study => study.GetProperty("StudyInstanceUid").GetString()).Order());
        Assert.All(studies, study => Assert.Equal("Complete", study.GetProperty("Status").GetString()));
        var lines = studies.SelectMany(study => study.GetProperty("Files").EnumerateArray())
            .Select(file => $"{file.GetProperty("Sha256").GetString()}  {file.GetProperty("File").GetString()}");
        Assert.Equal(File.ReadAllLines(List), lines);
    }

    [Fact]
    public void What_is_written_is_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        Save("");
        Run("Export-PacsManifest sums d; Export-PacsManifest s/ d; Export-PacsManifest b d -Format BagIt");
        string[] written =
        [
            Path.Combine(_engine.Folder, "sums"), Path.Combine(_engine.Folder, "s"), Path.Combine(_engine.Folder, "b"),
            .. Directory.GetFiles(Path.Combine(_engine.Folder, "s")), .. Directory.GetFiles(Path.Combine(_engine.Folder, "b")),
        ];
        foreach (var path in written)
            Assert.Equal(default, File.GetUnixFileMode(path) & (UnixFileMode)0b000_111_111);
    }

    [Fact]
    public void A_study_that_is_not_as_it_was_saved_is_an_error_and_stays_in_the_list()
    {
        Save("-Layout '{PatientID}/{SOPInstanceUID}.dcm'");
        var files = SavedFolder.Files(Archive);
        File.Delete(files[0]);
        var export = _engine.Run($"Export-PacsManifest '{List}' d -WarningAction Ignore");
        Assert.Equal(["StudyNotIntact"], export.ErrorIds.Select(id => id.Split(',')[0]));
        Assert.False(Ends("sha256sum", "--check", "--strict", "--quiet", List));
        Assert.DoesNotMatch("PRACT-", $"{export.Errors[0]}{export.Errors[0].TargetObject}");
    }

    [Fact]
    public void A_manifest_that_was_shortened_or_deleted_is_an_error()
    {
        Save("");
        var manifests = Directory.GetFiles(Path.Combine(Archive, ".pacsnm"), "*.jsonl");
        File.Delete(manifests[0]);
        var lines = File.ReadAllLines(manifests[1]);
        File.WriteAllText(manifests[1], string.Concat(lines[..^1].Select(line => line + "\n")));
        var export = _engine.Run($"Export-PacsManifest '{List}' d -WarningAction Ignore");
        Assert.Equal(["StudyNotIntact", "StudyNotIntact"], export.ErrorIds.Select(id => id.Split(',')[0]));
    }

    [Fact]
    public void A_study_that_a_run_is_working_on_is_left_out_and_its_list_is_kept()
    {
        Save("");
        Run("Export-PacsManifest sums/ d");
        var manifest = Directory.GetFiles(Path.Combine(Archive, ".pacsnm"), "*.jsonl")[0];
        var list = Path.Combine(_engine.Folder, "sums", Path.GetFileNameWithoutExtension(manifest) + ".sha256");
        var before = File.ReadAllText(list);
        using (File.Open(manifest, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var export = _engine.Run("Export-PacsManifest sums/ d; Export-PacsManifest bag d -Format BagIt");
            Assert.Equal(["StudyNotIntact", "StudyNotIntact"], export.ErrorIds.Select(id => id.Split(',')[0]));
        }

        Assert.Equal(before, File.ReadAllText(list));
        Assert.Equal(["Intact"], Run("Test-PacsArchive bag/data").Texts("Status").Distinct());
        Assert.False(File.Exists(Path.Combine(_engine.Folder, "bag", "data", ".pacsnm", Path.GetFileName(manifest))));
    }

    [Theory]
    [InlineData("../../outside.dcm")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void A_manifest_cannot_name_a_file_outside_of_the_archive(string path)
    {
        Save("");
        File.WriteAllText(Path.Combine(_engine.Folder, "outside.dcm"), "x");
        var manifest = Directory.GetFiles(Path.Combine(Archive, ".pacsnm"), "*.jsonl")[0];
        var lines = File.ReadAllLines(manifest);
        var at = lines[0].IndexOf("\"File\":\"", StringComparison.Ordinal) + 8;
        lines[0] = lines[0][..at] + path.Replace("/", "\\/", StringComparison.Ordinal) + lines[0][lines[0].IndexOf('"', at)..];
        File.WriteAllText(manifest, string.Join('\n', lines) + "\n");
        File.AppendAllText(Path.Combine(Archive, ".pacsnm", "ends.txt"), $"../../outside {new string('a', 64)}\n");
        var export = _engine.Run($"Export-PacsManifest '{List}' d; Export-PacsManifest s/ d; Export-PacsManifest bag d -Format BagIt");
        Assert.All(export.ErrorIds, id => Assert.StartsWith("StudyNotIntact", id, StringComparison.Ordinal));
        Assert.Equal(3, export.ErrorIds.Count());
        Assert.DoesNotContain(File.ReadAllLines(List), line => line.Contains("outside", StringComparison.Ordinal) || line.Length < 70);
        Assert.Equal(
            ["SHA256SUMS", "bag", "d", "outside.dcm", "s"],
            Directory.GetFileSystemEntries(_engine.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Export-PacsManifest x nowhere", "ArchiveNotFound")]
    [InlineData("Export-PacsManifest used d -NoClobber", "NoClobber")]
    [InlineData("Export-PacsManifest full d -Format BagIt", "BagExists")]
    [InlineData("Export-PacsManifest used d -Format BagIt", "BagExists")]
    [InlineData("Export-PacsManifest b d -Format BagIt -Profile @{ 'a:b' = 1 }", "InvalidBagField")]
    [InlineData("Export-PacsManifest used/x d", "ManifestNotWritten")]
    public void A_mistake_is_an_error_and_loses_nothing(string script, string id)
    {
        File.WriteAllText(Path.Combine(_engine.Folder, "used"), "kept");
        Directory.CreateDirectory(Path.Combine(_engine.Folder, "full", "kept"));
        Directory.CreateDirectory(Archive);
        Assert.Equal(id, _engine.Run(script).ErrorIds.First().Split(',')[0]);
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_engine.Folder, "used")));
        Assert.Equal(["d", "full", "used"], Directory.GetFileSystemEntries(_engine.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        Save("");
        Run("Export-PacsManifest x d -WhatIf; Export-PacsManifest b d -Format BagIt -WhatIf; Export-PacsManifest s/ d -WhatIf");
        Assert.Equal(["d"], Directory.GetFileSystemEntries(_engine.Folder).Select(Path.GetFileName));
    }

    private static void Change(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private void Save(string options) => Run(
        $"$pacs = Start-PacsSimulator -StudyCount 4; Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d {options} | Out-Null");

    private EngineResult Run(string script) => _engine.Run(script).ThrowIfFailed();

    private IReadOnlyList<string> Statuses() => [.. Run("Test-PacsArchive d").Texts("Status")];

    private bool Ends(string tool, params string[] arguments) => Tool(tool, arguments).ExitCode == 0;

    private (int ExitCode, string Output) Tool(string tool, params string[] arguments) => Dcmtk.TryRunIn(Archive, tool, arguments);
}
