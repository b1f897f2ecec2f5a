using PacsNm.Archive;
using PacsNm.Dicom.Data;

namespace PacsNm.Core.Tests.Archive;

/// <summary>What becomes of an object that arrives.</summary>
public sealed class StudyIntakeTests : IDisposable
{
    private static readonly SmallObject One = new();
    private static readonly SmallObject SameUidElsewhere = One with { Series = "1.2.1.2", Description = "two" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_whole_object_is_filed_as_it_came_and_recorded()
    {
        using var run = await BeginAsync();
        run.Take(One);
        Assert.Equal(One.ToBytes(), Read(run.PlaceOf(One)));
        Assert.Equal([IntakeRun.KeyOf(One)], run.Intake.Received);
        Assert.Equal(One.ToBytes().Length, run.Intake.Bytes);
        Assert.Empty(run.Staged);
        Assert.Empty(run.Intake.Observations);
        var line = Assert.Single(run.Lines)!;
        Assert.Equal(("BuiltIn", "*/1.2.1/1.2.1.1/1.2.1.1.1.dcm"), (line.Retriever, line.File));
        Assert.Equal(VerifiedFile.Sha256Of(run.PlaceOf(One), null, TestContext.Current.CancellationToken), line.Sha256);
    }

    [Fact]
    public async Task One_SOP_Instance_UID_in_two_series_is_two_instances()
    {
        using var run = await BeginAsync();
        run.Take(One);
        run.Take(SameUidElsewhere);
        Assert.Equal([IntakeRun.KeyOf(One), IntakeRun.KeyOf(SameUidElsewhere)], run.Intake.Present);
        Assert.Equal(SameUidElsewhere.ToBytes(), Read(run.PlaceOf(SameUidElsewhere)));
        Assert.Empty(run.Intake.Rejections.All);
        Assert.Equal(2, run.Lines.Count);
    }

    [Fact]
    public async Task Where_the_layout_gives_both_one_name_the_first_is_left_alone_and_the_second_named()
    {
        using var run = await BeginAsync(layout: ArchiveLayout.Flat);
        run.Take(One);
        run.Take(SameUidElsewhere);
        Assert.Equal(One.ToBytes(), Read(run.PlaceOf(One)));
        Assert.Equal(MissingReason.NameTaken, run.Intake.Rejections.Find(IntakeRun.KeyOf(SameUidElsewhere))?.Reason);
        Assert.Null(run.Intake.Rejections.Find(IntakeRun.KeyOf(One)));
        Assert.True(run.Intake.IsGivenUp(IntakeRun.KeyOf(SameUidElsewhere)));
        Assert.Empty(run.Staged);
    }

    [Fact]
    public async Task Other_content_under_the_same_UIDs_is_dropped_and_said_once()
    {
        using var run = await BeginAsync();
        run.Take(One);
        run.Take(One with { Description = "other" });
        run.Take(One with { Description = "third" });
        Assert.Equal([new Observation(ObservationKind.OtherContent, IntakeRun.KeyOf(One))], run.Intake.Observations);
        Assert.Equal(One.ToBytes(), Read(run.PlaceOf(One)));
        Assert.Empty(run.Staged);
        Assert.Equal([null, "OtherContent"], run.Lines.Select(line => line!.Dropped));
    }

    [Fact]
    public async Task The_same_object_again_is_nothing_to_speak_of()
    {
        using var run = await BeginAsync();
        run.Take(One);
        run.Take(One);
        Assert.Empty(run.Intake.Observations);
        Assert.False(run.Intake.HasRejections);
        Assert.Empty(run.Staged);
        Assert.Single(run.Lines);
    }

    [Fact]
    public async Task An_object_of_another_study_is_dropped_with_a_line()
    {
        using var run = await BeginAsync();
        var other = One with { Study = "1.2.2" };
        run.Take(other);
        Assert.Empty(run.Intake.Present);
        Assert.Equal(MissingReason.OtherStudy, run.Intake.Rejections.Find(IntakeRun.KeyOf(other))?.Reason);
        Assert.Equal([ObservationKind.OtherStudy], run.Intake.Observations.Select(observation => observation.Kind));
        Assert.False(File.Exists(run.PlaceOf(other)));
        Assert.Empty(run.Staged);
        Assert.Equal(["OtherStudy"], run.Lines.Select(line => line!.Dropped));
    }

    [Fact]
    public async Task Padding_behind_the_last_element_is_kept_as_it_came_and_noticed()
    {
        using var run = await BeginAsync();
        var padded = One with { Surplus = 10 };
        run.Take(padded);
        Assert.Equal(padded.ToBytes(), Read(run.PlaceOf(padded)));
        Assert.Equal([ObservationKind.Surplus], run.Intake.Observations.Select(observation => observation.Kind));
        Assert.Equal("Surplus", Assert.Single(run.Lines)!.Noticed);
    }

    [Fact]
    public async Task A_header_that_contradicts_its_dataset_is_corrected()
    {
        using var run = await BeginAsync();
        var contradicting = One with { HeaderInstance = "1.2.9" };
        run.Take(contradicting);
        var path = run.PlaceOf(One);
        using (var file = File.OpenRead(path))
            Assert.True(Part10File.Verify(file) is { HeaderMatchesDataset: true, IsWhole: true, MediaStorageSopInstanceUid: "1.2.1.1.1" });
        Assert.Equal([ObservationKind.CommandMismatch], run.Intake.Observations.Select(observation => observation.Kind));
        Assert.Empty(run.Staged);
        var line = Assert.Single(run.Lines)!;
        var hash = VerifiedFile.Sha256Of(path, null, TestContext.Current.CancellationToken);
        Assert.Equal(("CommandMismatch", hash), (line.Noticed, line.Sha256));
    }

    [Fact]
    public async Task The_same_broken_object_twice_is_given_up_and_two_faults_are_not()
    {
        using var run = await BeginAsync();
        run.Take(One with { Cut = 3 });
        Assert.Equal(MissingReason.NotWhole, run.Intake.Rejections.Find(IntakeRun.KeyOf(One))?.Reason);
        Assert.False(run.Intake.IsGivenUp(IntakeRun.KeyOf(One)));
        run.Take(One with { Cut = 4 });
        Assert.False(run.Intake.IsGivenUp(IntakeRun.KeyOf(One)));
        run.Take(One with { Cut = 4 });
        Assert.True(run.Intake.IsGivenUp(IntakeRun.KeyOf(One)));
        Assert.Empty(run.Lines);
    }

    [Fact]
    public async Task What_comes_whole_after_it_came_broken_is_there()
    {
        using var run = await BeginAsync();
        run.Take(One with { Cut = 3 });
        run.Take(One);
        Assert.False(run.Intake.HasRejections);
        Assert.Equal([IntakeRun.KeyOf(One)], run.Intake.Present);
    }

    [Fact]
    public async Task An_object_without_a_valid_UID_is_rejected_without_a_name()
    {
        using var run = await BeginAsync();
        var nameless = One with { Instance = "../x" };
        run.Take(nameless);
        Assert.Equal(MissingReason.NoSopInstanceUid, run.Intake.Rejections.Find(new InstanceKey("", ""))?.Reason);
        Assert.Empty(run.Staged);
    }

    [Fact]
    public async Task An_object_without_a_valid_UID_is_known_by_the_UID_of_its_request()
    {
        using var run = await BeginAsync();
        run.Take(One with { Instance = "../x", HeaderInstance = One.Instance });
        Assert.Equal(MissingReason.NoSopInstanceUid, run.Intake.Rejections.Find(IntakeRun.KeyOf(One))?.Reason);
        Assert.Empty(run.Intake.Present);
    }

    [Fact]
    public async Task Fewer_bytes_than_were_sent_are_a_broken_object_although_it_looks_whole()
    {
        using var run = await BeginAsync();
        run.Take(One, wasSent: false);
        Assert.Equal(MissingReason.Shortened, run.Intake.Rejections.Find(IntakeRun.KeyOf(One))?.Reason);
        run.Take(One, wasSent: true);
        Assert.Equal([IntakeRun.KeyOf(One)], run.Intake.Received);
    }

    [Fact]
    public async Task A_file_that_a_retriever_took_along_is_nothing()
    {
        using var run = await BeginAsync();
        run.TakeNothing();
        Assert.False(run.Intake.HasRejections);
    }

    private static byte[] Read(string path) => File.ReadAllBytes(path);

    private Task<IntakeRun> BeginAsync(string layout = ArchiveLayout.Tree) => IntakeRun.BeginAsync(_folder.Path, layout: layout);
}
