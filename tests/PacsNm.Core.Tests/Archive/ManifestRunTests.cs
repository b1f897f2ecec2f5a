using PacsNm.Archive;

namespace PacsNm.Core.Tests.Archive;

/// <summary>What one run after the other makes of a manifest.</summary>
public sealed class ManifestRunTests : IDisposable
{
    private static readonly ManifestEntry Complete = new() { Status = ManifestEntry.Complete, Expected = 1 };

    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "1.2.3.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_line_that_was_cut_off_is_not_continued_by_the_next_one()
    {
        await RunAsync(manifest => Add(manifest, 1), Complete);
        await using (var file = new FileStream(FilePath, FileMode.Append))
            file.Write("{\"SopInstanceUid\":\"1.2"u8);
        await RunAsync(manifest => Add(manifest, 2), Complete with { Expected = 2 });
        var lines = Manifest.Read(FilePath);
        Assert.Equal((4, 0), (lines.Entries.Count, lines.Breaks));
        Assert.DoesNotContain(null, lines.Entries);
    }

    [Fact]
    public async Task A_run_without_news_leaves_no_line()
    {
        await RunAsync(manifest => Add(manifest, 1), Complete);
        var bytes = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);
        Assert.Null(await RunAsync(_ => { }, Complete));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken));
        Assert.NotNull(await RunAsync(_ => { }, Complete with { Expected = 2 }));
        Assert.NotNull(await RunAsync(_ => { }, new ManifestEntry { Status = "Partial", Expected = 2 }));
    }

    [Fact]
    public async Task A_study_of_which_nothing_ever_came_has_no_line()
    {
        Assert.Null(await RunAsync(_ => { }, new ManifestEntry { Status = "Empty" }));
        Assert.Empty(Manifest.Read(FilePath).Entries);
    }

    [Fact]
    public async Task The_end_of_a_run_for_a_series_is_not_the_study_s()
    {
        await RunAsync(manifest => Add(manifest, 1), Complete with { SeriesInstanceUid = "1.2.3" });
        using (var manifest = await OpenAsync())
            Assert.Null(manifest.LastEnd);
        Assert.Null(await RunAsync(_ => { }, Complete with { SeriesInstanceUid = "1.2.3" }));
        await RunAsync(_ => { }, Complete);
        using (var manifest = await OpenAsync())
            Assert.Equal(1, manifest.LastEnd?.Expected);
    }

    [Fact]
    public async Task What_was_dropped_stays_recorded_and_is_no_file()
    {
        await RunAsync(
            manifest =>
            {
                Add(manifest, 1);
                manifest.AddDropped(new ManifestEntry { SopInstanceUid = "1.2.3.9", SeriesInstanceUid = "1.2.3", Dropped = "NotWanted" });
            },
            end: null);
        using (var manifest = await OpenAsync())
        {
            manifest.Reconcile(_ => false);
            Assert.Empty(manifest.Latest);
            manifest.End(Complete);
        }

        Assert.Equal(["NotWanted", null], Manifest.Read(FilePath).Entries.Select(entry => entry!.Dropped));
        Assert.Equal(0, Manifest.Read(FilePath).Breaks);
        using (var manifest = await OpenAsync())
            Assert.Empty(manifest.Latest);
    }

    private static void Add(Manifest manifest, int number) => manifest.Add(
        new ManifestEntry
        {
            SopInstanceUid = $"1.2.3.{number}",
            SeriesInstanceUid = "1.2.3",
            Bytes = 10,
            Sha256 = "00",
            File = $"{number}.dcm",
        },
        () => { });

    private Task<Manifest> OpenAsync() => Manifest.OpenAsync(FilePath, null, TestContext.Current.CancellationToken);

    private async Task<string?> RunAsync(Action<Manifest> work, ManifestEntry? end)
    {
        using var manifest = await OpenAsync();
        manifest.Reconcile(_ => true);
        work(manifest);
        return end is null ? null : manifest.End(end);
    }
}
