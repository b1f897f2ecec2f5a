using System.Text;
using PacsNm.Archive;
using PacsNm.Files;

namespace PacsNm.Core.Tests.Archive;

/// <summary>The record of a study, whatever happens to it.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "1.2.3.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_manifest_that_was_cut_off_at_any_byte_opens_and_holds_what_was_whole()
    {
        await WriteAsync(files: 3, end: true);
        await WriteAsync(files: 2, end: true, first: 4);
        var bytes = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);
        for (var length = 0; length <= bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(FilePath, bytes[..length], TestContext.Current.CancellationToken);
            var whole = bytes[..length].Count(one => one == (byte)'\n');
            using (var manifest = await OpenAsync())
            {
                manifest.Reconcile(_ => true);
                Assert.Equal(Math.Min(whole, 3) + Math.Max(0, Math.Min(whole, 6) - 4), manifest.Latest.Count);
            }

            var lines = Manifest.Read(FilePath);
            Assert.Equal(0, lines.Breaks);
            Assert.DoesNotContain(null, lines.Entries);
        }
    }

    [Fact]
    public async Task A_run_that_was_killed_leaves_no_demand_for_files_that_are_not_there()
    {
        await WriteAsync(files: 2, end: true);
        await WriteAsync(files: 2, end: false, first: 3);
        using (var manifest = await OpenAsync())
        {
            manifest.Reconcile(entry => entry.SopInstanceUid == "1.2.3.4");
            Assert.Equal(
                ["1.2.3.1", "1.2.3.2", "1.2.3.4"], manifest.Latest.Keys.Select(key => key.SopInstanceUid).Order(StringComparer.Ordinal));
            manifest.End(new ManifestEntry { Status = ManifestEntry.Complete, Expected = 3 });
        }

        Assert.Equal(0, Manifest.Read(FilePath).Breaks);
    }

    [Fact]
    public async Task A_line_that_is_changed_or_removed_breaks_the_chain()
    {
        await WriteAsync(files: 4, end: true);
        var lines = await File.ReadAllLinesAsync(FilePath, TestContext.Current.CancellationToken);
        for (var index = 0; index < lines.Length - 1; index++)
        {
            await RewriteAsync([.. lines.Where((_, at) => at != index)]);
            Assert.Equal(1, Manifest.Read(FilePath).Breaks);
        }

        for (var index = 0; index < lines.Length; index++)
        {
            await RewriteAsync(
                [
                    .. lines.Select(
                        (line, at) => at == index
                            ? line.Replace("1.2", "1.4", StringComparison.Ordinal)
                                .Replace("Complete", "Completed", StringComparison.Ordinal)
                            : line)]);
            Assert.Equal(1, Manifest.Read(FilePath).Breaks);
        }
    }

    [Fact]
    public async Task The_last_lines_and_a_whole_manifest_cannot_be_removed_unseen()
    {
        var archive = new LocalArchive(_folder.Path);
        using (var manifest = await archive.OpenManifestAsync("1.2.3", TestContext.Current.CancellationToken))
        {
            manifest.Add(Entry(1), () => { });
            archive.End(manifest, "1.2.3", new ManifestEntry { Status = ManifestEntry.Complete, Expected = 1 });
        }

        var path = archive.ManifestPath("1.2.3");
        Assert.Equal(0, Assert.Single(Verify(archive)).ManifestBreaks);
        await File.WriteAllLinesAsync(
            path, (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Take(1),
            TestContext.Current.CancellationToken);
        Assert.Equal((ArchiveStatus.Damaged, 1), Assert.Single(Verify(archive)) is var cut ? (cut.Status, cut.ManifestBreaks) : default);
        File.Delete(path);
        Assert.Equal((ArchiveStatus.Damaged, 1), Assert.Single(Verify(archive)) is var gone ? (gone.Status, gone.ManifestBreaks) : default);
    }

    [Fact]
    public async Task A_manifest_of_before_the_chain_is_covered_by_the_next_run()
    {
        var old = Encoding.UTF8.GetString(Entry(1).ToLine()) + "\n"
            + Encoding.UTF8.GetString(new ManifestEntry { Status = "Complete" }.ToLine()) + "\n";
        await File.WriteAllTextAsync(FilePath, old, TestContext.Current.CancellationToken);
        Assert.Equal(0, Manifest.Read(FilePath).Breaks);
        await WriteAsync(files: 1, end: true, first: 2);
        Assert.Equal(0, Manifest.Read(FilePath).Breaks);
        var lines = await File.ReadAllLinesAsync(FilePath, TestContext.Current.CancellationToken);
        await RewriteAsync([.. lines.Skip(1)]);
        Assert.Equal(1, Manifest.Read(FilePath).Breaks);
    }

    [Fact]
    public async Task A_line_whose_file_was_not_put_in_its_place_goes_again()
    {
        using (var manifest = await OpenAsync())
        {
            Assert.Throws<IOException>(() => manifest.Add(Entry(1), () => throw new IOException()));
            manifest.Add(Entry(2), () => { });
            manifest.End(new ManifestEntry { Status = ManifestEntry.Complete });
        }

        var lines = Manifest.Read(FilePath);
        Assert.Equal((2, 0), (lines.Entries.Count, lines.Breaks));
    }

    [Fact]
    public async Task A_study_whose_UID_is_no_file_name_is_named_inside()
    {
        var archive = new LocalArchive(_folder.Path);
        const string Study = "1.2.3.ABC.";
        using (var manifest = await archive.OpenManifestAsync(Study, TestContext.Current.CancellationToken))
        {
            manifest.Add(Entry(1), () => { });
            archive.End(manifest, Study, new ManifestEntry { Status = ManifestEntry.Complete });
        }

        Assert.Equal(Study, Assert.Single(Verify(archive)).StudyInstanceUid);
    }

    private static PacsArchiveStudy[] Verify(LocalArchive archive) =>
        [.. new ArchiveVerifier(archive, isQuick: false, new FilePatience(TimeSpan.Zero), () => { }).Verify()];

    private Task<Manifest> OpenAsync() => Manifest.OpenAsync(FilePath, null, TestContext.Current.CancellationToken);

    private async Task WriteAsync(int files, bool end, int first = 1)
    {
        using var manifest = await OpenAsync();
        manifest.Reconcile(_ => true);
        for (var number = first; number < first + files; number++)
            manifest.Add(Entry(number), () => { });
        if (end)
            manifest.End(new ManifestEntry { Status = ManifestEntry.Complete, Expected = files });
    }

    private Task RewriteAsync(string[] lines) =>
        File.WriteAllTextAsync(FilePath, string.Concat(lines.Select(line => line + "\n")), TestContext.Current.CancellationToken);

    private static ManifestEntry Entry(int number) => new()
    {
        SopInstanceUid = $"1.2.3.{number}",
        SeriesInstanceUid = "1.2.3",
        Bytes = 10,
        Sha256 = "00",
        File = $"1.2.3.{number}.dcm",
    };
}
