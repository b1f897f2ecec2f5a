using PacsNm.Archive;

namespace PacsNm.Core.Tests.Archive;

/// <summary>What becomes of a file that is in the place of an object that arrives, and of objects that nobody asked for.</summary>
public sealed class IntakePlaceTests : IDisposable
{
    private static readonly SmallObject One = new();
    private static readonly SmallObject Other = One with { Description = "other" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_of_another_study_is_left_alone_also_with_Force(bool force)
    {
        using var run = await BeginAsync(force);
        var foreign = (One with { Study = "1.2.2" }).ToBytes();
        var path = run.Occupy(One, foreign);
        run.Take(One);
        Assert.Equal(foreign, await ReadAsync(path));
        Assert.Equal(MissingReason.NameTaken, run.Intake.Rejections.Find(IntakeRun.KeyOf(One))?.Reason);
        Assert.True(run.Intake.IsGivenUp(IntakeRun.KeyOf(One)));
        Assert.Empty(run.Intake.Present);
        Assert.Empty(run.Staged);
        Assert.Empty(run.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_not_whole_is_replaced_with_Force_alone(bool force)
    {
        using var run = await BeginAsync(force);
        var broken = One.ToBytes()[..^5];
        var path = run.Occupy(One, broken);
        run.Take(One);
        Assert.Equal(force ? One.ToBytes() : broken, await ReadAsync(path));
        Assert.Equal(force ? null : (MissingReason?)MissingReason.FileChanged, run.Intake.Rejections.Find(IntakeRun.KeyOf(One))?.Reason);
        Assert.Equal(force ? 1 : 0, run.Intake.Present.Count);
    }

    [Fact]
    public async Task The_instance_itself_is_counted_as_there_and_recorded()
    {
        using var run = await BeginAsync(force: false);
        run.Occupy(One, One.ToBytes());
        run.Take(One);
        Assert.Equal((1, 0), (run.Intake.AlreadyPresent, run.Intake.Received.Count));
        var line = Assert.Single(run.Lines)!;
        Assert.Equal((null, null, One.ToBytes().Length), (line.Source, line.Retriever, (int)line.Bytes));
    }

    [Fact]
    public async Task Force_replaces_what_was_there_and_not_what_this_run_brought()
    {
        using (var first = await BeginAsync(force: false))
            first.Take(One);
        using var run = await BeginAsync(force: true);
        run.Take(Other);
        run.Take(One with { Description = "third" });
        Assert.Equal(Other.ToBytes(), await ReadAsync(run.PlaceOf(One)));
        Assert.Equal([ObservationKind.OtherContent], run.Intake.Observations.Select(observation => observation.Kind));
        var hash = VerifiedFile.Sha256Of(run.PlaceOf(One), null, TestContext.Current.CancellationToken);
        Assert.Equal(hash, run.Lines.Last(line => line!.IsFile)!.Sha256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_was_changed_since_it_was_recorded_is_replaced_with_Force_alone(bool force)
    {
        using (var first = await BeginAsync(force: false))
        {
            first.Take(One);
            first.Archive.End(first.Manifest, SmallObject.StudyUid, new ManifestEntry { Status = ManifestEntry.Complete, Expected = 1 });
        }

        using var run = await BeginAsync(force);
        var changed = (One with { Description = "ono" }).ToBytes();
        run.Occupy(One, changed);
        run.Take(One);
        Assert.Equal(force ? One.ToBytes() : changed, await ReadAsync(run.PlaceOf(One)));
        Assert.Equal(force ? null : MissingReason.FileChanged, run.Intake.Rejections.Find(IntakeRun.KeyOf(One))?.Reason);
    }

    [Fact]
    public async Task What_is_not_of_the_series_is_not_kept()
    {
        using var run = await IntakeRun.BeginAsync(
            _folder.Path,
            (archive, layout, manifest) =>
                new StudyIntake(archive, layout, manifest, SmallObject.StudyUid) { SeriesInstanceUid = "1.2.1.1" });
        run.Take(One);
        run.Take(One with { Series = "1.2.1.2", Instance = "1.2.1.2.1" });
        Assert.Equal([IntakeRun.KeyOf(One)], run.Intake.Present);
        Assert.Equal([null, "NotWanted"], run.Lines.Select(line => line!.Dropped));
    }

    [Fact]
    public async Task No_more_are_taken_in_than_are_wanted()
    {
        using var run = await IntakeRun.BeginAsync(
            _folder.Path,
            (archive, layout, manifest) => new StudyIntake(archive, layout, manifest, SmallObject.StudyUid) { MaximumReceived = 2 });
        foreach (var number in Enumerable.Range(1, 4))
            run.Take(One with { Instance = $"1.2.1.1.{number}" });
        Assert.Equal(["1.2.1.1.1", "1.2.1.1.2"], run.Intake.Received.Select(key => key.SopInstanceUid));
        Assert.Equal(2, run.Intake.Observations.Count(observation => observation.Kind == ObservationKind.NotWanted));
    }

    private static Task<byte[]> ReadAsync(string path) => File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

    private Task<IntakeRun> BeginAsync(bool force) => IntakeRun.BeginAsync(
        _folder.Path, (archive, layout, manifest) => new StudyIntake(archive, layout, manifest, SmallObject.StudyUid) { Replace = force });
}
