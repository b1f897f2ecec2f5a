using PacsNm.Archive;
using PacsNm.Files;

namespace PacsNm.Core.Tests.Archive;

/// <summary>Files that another program, such as a virus scanner, has open.</summary>
public sealed class FileInUseTests : IDisposable
{
    private static readonly SmallObject One = new();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_arrived_is_not_lost_and_its_instance_can_be_asked_for_again()
    {
        using var run = await IntakeRun.BeginAsync(
            _folder.Path,
            (archive, layout, manifest) => new StudyIntake(archive, layout, manifest, SmallObject.StudyUid)
            {
                Patience = new FilePatience(TimeSpan.Zero),
            });
        var path = run.Stage(One);
        await using (File.Open(path, FileMode.Open, FileAccess.Read, FileShare.None))
            run.Take(path);
        Assert.True(File.Exists(path));
        Assert.Empty(run.Intake.Present);
        Assert.False(run.Intake.IsGivenUp(IntakeRun.KeyOf(One)));
        Assert.Equal((1, true), (run.Intake.UnreadFiles, run.Intake.HasRejections));

        // The scanner has ended.
        run.Take(path);
        Assert.Single(run.Intake.Received);
        Assert.Equal((0, false), (run.Intake.UnreadFiles, run.Intake.HasRejections));
        Assert.Empty(run.Staged);
    }

    [Fact]
    public async Task A_file_of_a_killed_run_does_not_end_the_next_run()
    {
        using (var killed = await IntakeRun.BeginAsync(_folder.Path))
            killed.Take(One);
        var path = Directory.GetFiles(_folder.Path, "*.dcm", SearchOption.AllDirectories).Single();
        await using (File.Open(path, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            using var next = await IntakeRun.BeginAsync(_folder.Path);
            Assert.Equal([IntakeRun.KeyOf(One)], next.Intake.Present);
        }
    }

    [Fact]
    public async Task A_file_of_the_archive_is_unreadable_and_not_altered()
    {
        using (var run = await IntakeRun.BeginAsync(_folder.Path))
        {
            run.Take(One);
            run.Archive.End(run.Manifest, SmallObject.StudyUid, new ManifestEntry { Status = ManifestEntry.Complete, Expected = 1 });
        }

        var path = Directory.GetFiles(_folder.Path, "*.dcm", SearchOption.AllDirectories).Single();
        await using (File.Open(path, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            var study = Verify();
            Assert.Equal(ArchiveStatus.Unreadable, study.Status);
            Assert.Equal([One.Instance], study.Unreadable);
            Assert.Empty(study.Altered);
        }

        Assert.Equal(ArchiveStatus.Intact, Verify().Status);
    }

    private PacsArchiveStudy Verify() => Assert.Single(
        new ArchiveVerifier(new LocalArchive(_folder.Path), isQuick: false, new FilePatience(TimeSpan.Zero), () => { }).Verify());
}
