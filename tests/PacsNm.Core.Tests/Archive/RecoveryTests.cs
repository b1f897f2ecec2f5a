using PacsNm.Archive;

namespace PacsNm.Core.Tests.Archive;

/// <summary>What is made of the folders that runs leave behind.</summary>
public sealed class RecoveryTests : IDisposable
{
    private static readonly SmallObject One = new();
    private static readonly SmallObject OfOtherStudy = new() { Study = "1.2.2", Series = "1.2.2.1", Instance = "1.2.2.1.1" };

    private readonly TemporaryFolder _folder = new();

    private LocalArchive Archive => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_dead_run_had_verified_is_filed_and_the_rest_is_removed()
    {
        var dead = Abandon();
        Keep(dead, One);
        Keep(dead, OfOtherStudy);
        (One with { Instance = "1.2.1.1.2" }).WriteTo(dead);
        await RecoverAsync();
        Assert.Equal(["1.2.1.1.1.dcm", "1.2.2.1.1.dcm"], Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Archive.StagingParent));

        // Both are recorded, and no line says who brought them.
        foreach (var study in new[] { One.Study, OfOtherStudy.Study })
        {
            var line = Assert.Single(Manifest.Read(Archive.ManifestPath(study)).Entries)!;
            Assert.Equal((true, null, null), (line.IsFile, line.Source, line.Retriever));
        }
    }

    [Fact]
    public async Task What_went_bad_since_it_was_verified_is_not_filed()
    {
        var dead = Abandon();
        Keep(dead, One with { Cut = 5 });
        await File.WriteAllTextAsync(Path.Combine(dead, "x" + StagingFolder.Verified), "no DICOM", TestContext.Current.CancellationToken);
        await RecoverAsync();
        Assert.Empty(Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Archive.StagingParent));
    }

    [Fact]
    public async Task A_file_that_is_in_the_archive_already_is_left_alone()
    {
        Keep(Abandon(), One);
        await RecoverAsync();
        Keep(Abandon(), One with { Description = "other" });
        await RecoverAsync();
        Assert.Equal(One.ToBytes(), File.ReadAllBytes(Directory.GetFiles(_folder.Path, "*.dcm", SearchOption.AllDirectories).Single()));
    }

    [Fact]
    public async Task The_folder_of_a_run_that_is_alive_is_left_alone()
    {
        using (var alive = StagingFolder.Create(Archive.StagingParent))
        {
            Keep(alive.CreateFolder(), One);
            await RecoverAsync();
            Assert.Empty(Files());
            Assert.True(Directory.Exists(alive.Path));
        }

        // The run ends without having added its verified file, so the next run does.
        await RecoverAsync();
        Assert.Equal(["1.2.1.1.1.dcm"], Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Archive.StagingParent));
    }

    [Fact]
    public async Task A_verified_file_that_another_program_has_open_stays_for_a_later_run()
    {
        var dead = Abandon();
        Keep(dead, One);
        var path = Directory.GetFiles(dead, "*" + StagingFolder.Verified).Single();
        await using (File.Open(path, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            await RecoverAsync();
            Assert.Empty(Files());
        }

        await RecoverAsync();
        Assert.Equal(["1.2.1.1.1.dcm"], Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Archive.StagingParent));
    }

    [Fact]
    public async Task A_run_that_died_before_it_had_a_folder_leaves_nothing()
    {
        Directory.CreateDirectory(Archive.StagingParent);
        await File.WriteAllTextAsync(Path.Combine(Archive.StagingParent, "dead.lock"), "", TestContext.Current.CancellationToken);
        await RecoverAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Archive.StagingParent));
    }

    private Task RecoverAsync() =>
        Recovery.RunAsync(Archive, _ => ArchiveLayout.Parse(ArchiveLayout.Tree), TestContext.Current.CancellationToken);

    /// <summary>The folder of a run that is dead, with the lock that its end freed.</summary>
    private string Abandon()
    {
        var folder = Path.Combine(Archive.StagingParent, "dead");
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + ".lock", "");
        return Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
    }

    private static void Keep(string folder, SmallObject one)
    {
        var path = one.WriteTo(folder);
        File.Move(path, path + StagingFolder.Verified);
    }

    private string[] Files() =>
        [
            .. Directory.EnumerateFiles(_folder.Path, "*.dcm", SearchOption.AllDirectories)
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)!,
        ];
}
