using System.Text;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Test-PacsArchive against lists and bags, held against sha256sum, rclone and sha256deep.</summary>
public sealed class ReferenceTests : IDisposable
{
    private static readonly string[] Names =
    [
        "plain.dcm", "a b.dcm", "100%.dcm", "%41.dcm", "back\\slash.dcm", "line\nbreak.dcm", "gr\u00fcn.dcm", "gru\u0308n-d.dcm",
        " leading.dcm", "tab\tname.dcm", "deep/er/folder/x.dcm", "*star.dcm", "#hash.dcm",
    ];

    private readonly Engine _engine = new();

    private string Folder => Path.Combine(_engine.Folder, "d");

    private string List => Path.Combine(_engine.Folder, "SUMS");

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    /// <summary>Changes of a folder after its list was made.</summary>
    public static TheoryData<string> Changes =>
        ["none", "missing", "altered", "truncated", "empty", "renamed", "extra", "line deleted", "hash edited", "all at once"];

    [Theory, MemberData(nameof(Changes))]
    public void The_verdict_on_each_path_is_that_of_rclone_and_sha256sum(string change)
    {
        // rclone changes these characters in names.
        Write(Names.Where(name => name.IndexOfAny(['\n', '\\', '\t']) < 0));
        MakeList();
        Apply(change);
        var ours = Lines($"Test-PacsArchive d -Reference SUMS -Combined");
        var theirs = Tool("rclone", "checksum", "sha256", List, ".", "--combined", "-").Output.Split('\n')
            .Where(line => line.Length > 2 && "=+-*!".Contains(line[0], StringComparison.Ordinal) && line[1] == ' ');

        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
        var isGood = Tool("sha256sum", "--check", "--strict", "--quiet", List).ExitCode == 0;
        Assert.Equal(isGood, ours.All(line => line[0] is '=' or '-'));
        var status = Assert.Single(_engine.Run("Test-PacsArchive d -Reference SUMS").Texts("Status"));
        Assert.Equal(isGood ? ours.Any(line => line[0] == '-') ? "Unlisted" : "Intact" : "Damaged", status);
    }

    [Fact]
    public void Every_name_that_sha256sum_escapes_is_found()
    {
        Write(Names);
        MakeList();
        var result = Run("Test-PacsArchive d -Reference SUMS");
        Assert.Equal(["Intact"], result.Texts("Status"));
        Assert.Equal(Names.Length, result.Values("Files")[0]);
        File.Delete(Path.Combine(Folder, "line\nbreak.dcm"));
        Assert.Equal(["line\nbreak.dcm"], Run("Test-PacsArchive d -Reference SUMS").Texts("Missing"));
        Assert.Contains("+ line\\nbreak.dcm", Lines("Test-PacsArchive d -Reference SUMS -Combined"));
    }

    [Fact]
    public void Lists_of_sha256deep_and_of_Windows_are_read()
    {
        Write(Names.Where(name => name[0] != '#' && !name.Contains('\n', StringComparison.Ordinal)));
        File.WriteAllText(List, Tool("sha256deep", "-r", "-l", ".").Output);
        Assert.Equal(["Intact"], Run("Test-PacsArchive d -Reference SUMS").Texts("Status"));
        var lines = File.ReadAllLines(List).Select(line => line[..64].ToUpperInvariant() + line[64..]);
        File.WriteAllText(List, "# made elsewhere\r\n\r\n" + string.Concat(lines.Select(line => line + "\r\n")), new UTF8Encoding(true));
        Assert.Equal(["Intact"], Run("Test-PacsArchive d -Reference SUMS").Texts("Status"));
        File.WriteAllText(List, Tool("sha256sum", ["--tag", .. Directory.GetFiles(Folder)]).Output);
        Assert.Equal(["Unlisted"], Run("Test-PacsArchive d -Reference SUMS").Texts("Status"));
    }

    [Fact]
    public void A_name_in_the_other_normal_form_is_the_same_file()
    {
        Write(["gr\u00fcn.dcm", "gru\u0308n-d.dcm"]);
        MakeList();
        File.WriteAllText(List, File.ReadAllText(List).Normalize(NormalizationForm.FormD));
        Assert.Equal(["Intact"], Run("Test-PacsArchive d -Reference SUMS").Texts("Status"));
        File.WriteAllText(List, File.ReadAllText(List).Normalize(NormalizationForm.FormC));
        Assert.Equal(["Intact"], Run("Test-PacsArchive d -Reference SUMS").Texts("Status"));
    }

    [Theory]
    [InlineData("../outside.dcm")]
    [InlineData("/etc/hostname")]
    [InlineData("deep/../../outside.dcm")]
    [InlineData("deep//x.dcm")]
    public void A_path_that_leaves_the_folder_is_not_followed(string path)
    {
        Write(["plain.dcm"]);
        File.WriteAllText(Path.Combine(_engine.Folder, "outside.dcm"), "outside");
        MakeList();
        File.AppendAllText(List, $"{new string('0', 64)}  {path}\n");
        var result = _engine.Run("Test-PacsArchive d -Reference SUMS");
        Assert.Equal(["ReferenceLineInvalid"], result.ErrorIds);
        Assert.DoesNotContain(path, result.AllText, StringComparison.Ordinal);
        Assert.Equal(["Damaged"], result.Texts("Status"));
        Assert.Equal(1, result.Values("Files")[0]);
    }

    [Theory]
    [InlineData("garbage\n", "ReferenceUnusable")]
    [InlineData("", "ReferenceUnusable")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e  plain.dcm\n", "ReferenceUnusable")]
    [InlineData("{0}  plain.dcm\ngarbage\n", "ReferenceLineInvalid")]
    [InlineData("{0}  plain.dcm\n{1}  plain.dcm\n", "ReferenceLineInvalid")]
    [InlineData("{0}  plain.dcm\n{0}  ./plain.dcm\n", null)]
    public void A_list_that_is_none_or_contradicts_itself_is_an_error(string text, string? id)
    {
        Write(["plain.dcm"]);
        var hash = Tool("sha256sum", "plain.dcm").Output[..64];
        var other = new string('0', 64);
        File.WriteAllText(List, text.Replace("{0}", hash, StringComparison.Ordinal).Replace("{1}", other, StringComparison.Ordinal));
        var result = _engine.Run("Test-PacsArchive d -Reference SUMS");
        Assert.Equal(id is null ? [] : [id], result.ErrorIds);
        Assert.Equal(id == "ReferenceUnusable" ? [] : [id is null ? "Intact" : "Damaged"], result.Texts("Status"));
    }

    [Fact]
    public void The_manifests_and_a_list_of_them_agree()
    {
        Save();
        Run("Export-PacsManifest SUMS d");
        Assert.Equal(
            Lines("Test-PacsArchive d -Combined").Order(StringComparer.Ordinal),
            Lines("Test-PacsArchive d -Reference SUMS -Combined").Order(StringComparer.Ordinal));
        var files = SavedFolder.Files(Folder);
        File.Delete(files[0]);
        File.AppendAllText(files[1], "x");
        File.Copy(files[2], files[2] + ".copy");
        var combined = Lines("Test-PacsArchive d -Combined").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(combined, Lines("Test-PacsArchive d -Reference SUMS -Combined").Order(StringComparer.Ordinal));
        Assert.Equal(3, combined.Count(line => line[0] != '='));
        var rclone = Tool("rclone", "checksum", "sha256", List, ".", "--exclude", "/.pacsnm/**", "--combined", "-").Output.Split('\n');
        Assert.All(combined, line => Assert.Contains(line, rclone));
        foreach (var threads in new[] { 1, 2, 16 })
            Assert.Equal(combined, Lines($"Test-PacsArchive d -Combined -ThrottleLimit {threads}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("none", "Intact")]
    [InlineData("missing", "Damaged")]
    [InlineData("altered", "Damaged")]
    [InlineData("extra", "Unlisted")]
    [InlineData("bag-info", "Damaged")]
    [InlineData("bagit", null)]
    [InlineData("bagit with a BOM", null)]
    [InlineData("fetch out of the bag", null)]
    [InlineData("sha224 only", null)]
    [InlineData("sha512", "Intact")]
    [InlineData("md5", "Intact")]
    [InlineData("md5 wrong", "Damaged")]
    [InlineData("Payload-Oxum", "Damaged")]
    public void A_bag_is_checked_by_the_rules_of_RFC_8493(string change, string? status)
    {
        Save();
        Run("Export-PacsManifest bag d -Format BagIt");
        var bag = Path.Combine(_engine.Folder, "bag");
        var file = SavedFolder.Files(Path.Combine(bag, "data"))[0];
        switch (change)
        {
            case "missing":
                File.Delete(file);
                break;
            case "altered":
                File.Delete(file);
                File.WriteAllText(file, "other");
                break;
            case "extra":
                // An extra file also contradicts Payload-Oxum.
                File.WriteAllText(file + ".txt", "more");
                Edit(Path.Combine(bag, "bag-info.txt"), text => text.Replace("Payload-Oxum", "Was-Oxum", StringComparison.Ordinal));
                File.Delete(Path.Combine(bag, "tagmanifest-sha256.txt"));
                break;
            case "bag-info":
                File.AppendAllText(Path.Combine(bag, "bag-info.txt"), "Contact-Name: nobody\n");
                break;
            case "bagit":
                File.WriteAllText(Path.Combine(bag, "bagit.txt"), "no bag");
                break;
            case "bagit with a BOM":
                Edit(Path.Combine(bag, "bagit.txt"), text => "\uFEFF" + text);
                break;
            case "fetch out of the bag":
                File.WriteAllText(Path.Combine(bag, "fetch.txt"), "http://127.0.0.1:1/x - data/../../x\n");
                break;
            case "sha224 only":
                File.Move(Path.Combine(bag, "manifest-sha256.txt"), Path.Combine(bag, "manifest-sha224.txt"));
                break;
            case "sha512" or "md5" or "md5 wrong":
                var tool = change.Split(' ')[0];
                var files = Directory.GetFiles(Path.Combine(bag, "data"), "*", SearchOption.AllDirectories);
                var lines = Dcmtk.TryRunIn(bag, tool + "sum", [.. files.Select(path => Path.GetRelativePath(bag, path))]).Output;
                if (change == "md5 wrong")
                    lines = new string('0', 32) + lines[32..];
                File.WriteAllText(Path.Combine(bag, $"manifest-{tool}.txt"), lines);
                Array.ForEach(Directory.GetFiles(bag, "*manifest-sha256.txt"), File.Delete);
                break;
            case "Payload-Oxum":
                Edit(Path.Combine(bag, "bag-info.txt"), text => text.Replace("Oxum: ", "Oxum: 1", StringComparison.Ordinal));
                File.Delete(Path.Combine(bag, "tagmanifest-sha256.txt"));
                break;
        }

        var result = _engine.Run("Test-PacsArchive -Reference bag");
        Assert.Equal(status is null ? [] : [status], result.Texts("Status"));
        Assert.Equal(status is null || change is "missing" or "altered" or "Payload-Oxum" ? ["ReferenceUnusable"] : [], result.ErrorIds);
        if (change is "none" or "missing")
            Assert.Equal([status!], _engine.Run("Test-PacsArchive bag/data -Reference bag").Texts("Status"));
        if (change == "none")
            Assert.Equal(["Intact"], Run("Test-PacsArchive d -Reference bag").Texts("Status"));
    }

    [Fact]
    public void Progress_has_bytes_and_the_pipeline_can_be_stopped_within_a_large_file()
    {
        Directory.CreateDirectory(Folder);
        using (var file = new FileStream(Path.Combine(Folder, "large.dcm"), FileMode.CreateNew))
            file.SetLength(40_000_000_000);
        File.WriteAllText(List, $"{new string('0', 64)}  large.dcm\n");
        var opened = Path.Combine(Folder, "large.dcm");
        var result = _engine.RunAndStop(
            "Test-PacsArchive d -Reference SUMS", () => File.GetLastAccessTimeUtc(opened) > DateTime.MinValue && IsOpen(opened));
        Assert.Empty(result.Output);
        Assert.False(IsOpen(opened));

        // The same if a later cmdlet wants no more.
        File.WriteAllText(Path.Combine(Folder, "a.dcm"), "small");
        File.WriteAllText(List, Tool("sha256sum", "a.dcm").Output + $"{new string('0', 64)}  large.dcm\n");
        Assert.Single(Run("Test-PacsArchive d -Reference SUMS -Combined | Select-Object -First 1").Output);
        Assert.False(IsOpen(opened));
    }

    private static bool IsOpen(string path) =>
        Directory.GetFiles("/proc/self/fd").Any(link => new FileInfo(link).LinkTarget == path);

    private static void Edit(string path, Func<string, string> change) => File.WriteAllText(path, change(File.ReadAllText(path)));

    private void Write(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $"content of {name}");
        }
    }

    /// <summary>Makes the list with sha256sum.</summary>
    private void MakeList()
    {
        var files = Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path));
        File.WriteAllText(List, Tool("sha256sum", ["--", .. files]).Output);
    }

    private void Apply(string change)
    {
        string[] changes = change == "all at once" ? [.. Changes.Select(row => row.Data)] : [change];
        string[] files = [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal)];
        foreach (var one in changes)
        {
            switch (one)
            {
                case "missing":
                    File.Delete(files[0]);
                    break;
                case "altered":
                    File.WriteAllText(files[1], new string('x', (int)new FileInfo(files[1]).Length));
                    break;
                case "truncated":
                    File.WriteAllText(files[2], "content");
                    break;
                case "empty":
                    File.WriteAllText(files[3], "");
                    break;
                case "renamed":
                    File.Move(files[4], files[4] + ".old");
                    break;
                case "extra":
                    File.WriteAllText(Path.Combine(Folder, "extra file.txt"), "extra");
                    break;
                case "line deleted":
                    File.WriteAllLines(List, File.ReadAllLines(List)[1..]);
                    break;
                case "hash edited":
                    Edit(List, text => $"{new string('0', 64)}{text[64..]}");
                    break;
            }
        }
    }

    private void Save() => Run(
        "$pacs = Start-PacsSimulator -StudyCount 4; Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d | Out-Null");

    private string[] Lines(string script) => [.. _engine.Run(script).Output.Select(line => $"{line}")];

    private EngineResult Run(string script) => _engine.Run(script).ThrowIfFailed();

    private (int ExitCode, string Output) Tool(string tool, params string[] arguments) => Dcmtk.TryRunIn(Folder, tool, arguments);
}
