using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>The files of a job.</summary>
public sealed class JobTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_job_comes_back_as_it_was_written()
    {
        var list = new JobList(["AccessionNumber", "Subject\tId"], [["A1", "one\ntwo"], ["A2", "ä"]]);
        Create(list, [new RowState { Row = 2, Outcome = JobOutcome.Invalid, Time = Noon, Reason = "Why\tnot" }]);
        var job = StoredJob.Read(_folder.Path, Assert.Single(StoredJob.NamesIn(_folder.Path)));
        Assert.Equal(("cohort", 2, "Tree"), (job.Definition.Name, job.Definition.Rows, job.Definition.Layout));
        Assert.Equal(list.Rows, JobList.Read(job.RowsPath).Rows);
        Assert.Equal("Why\tnot", job.ReadStates()[2].Reason);
        Assert.Equal((2, 1, 1), Numbers(job));
    }

    [Fact]
    public void The_last_state_of_a_row_counts_whichever_share_wrote_it()
    {
        var job = Create(new JobList(["AccessionNumber"], [["A1"], ["A2"], ["A3"]]), []);
        Write(job, new Shard(2, 3), State(1, JobOutcome.Failed, 1), State(2, JobOutcome.Complete, 5));
        Write(job, Shard.All, State(1, JobOutcome.Complete, 2), State(2, JobOutcome.Failed, 3));
        var states = job.ReadStates();
        Assert.Equal((JobOutcome.Complete, JobOutcome.Complete, 2), (states[1].Outcome, states[2].Outcome, states.Count));
    }

    [Fact]
    public void The_outcomes_sum_up_to_the_rows()
    {
        var job = Create(new JobList(["AccessionNumber"], [.. Enumerable.Range(1, 30).Select(number => new[] { $"A{number}" })]), []);
        var outcomes = Enum.GetValues<JobOutcome>();
        Write(job, Shard.All, [.. outcomes.Select((outcome, index) => State(index + 1, outcome, index))]);
        var sum = JobSummary.Of(job);
        Assert.Equal(30, sum.Rows);
        Assert.Equal(30, outcomes.Sum(outcome => (int)typeof(PacsJob).GetProperty($"{outcome}")!.GetValue(sum)!));
        Assert.Equal(20, sum.Pending);
    }

    [Fact]
    public void What_a_killed_run_left_of_a_line_is_ignored()
    {
        var job = Create(new JobList(["AccessionNumber"], [["A1"]]), [State(1, JobOutcome.Failed, 1)]);
        var path = Assert.Single(Directory.GetFiles(job.Folder, "outcomes*.tsv"));
        File.AppendAllText(path, "1\tCompl");
        Assert.Equal(JobOutcome.Failed, job.ReadStates()[1].Outcome);
        Write(job, Shard.All, State(1, JobOutcome.Complete, 2));
        Assert.Equal(JobOutcome.Complete, job.ReadStates()[1].Outcome);
    }

    [Fact]
    public void A_share_is_open_for_one_run_at_a_time()
    {
        var job = Create(new JobList(["AccessionNumber"], [["A1"]]), []);
        using var first = job.OpenOutcomes(new Shard(1, 2));
        using var other = job.OpenOutcomes(new Shard(2, 2));
        Assert.ThrowsAny<IOException>(() => job.OpenOutcomes(new Shard(1, 2)).Dispose());
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 16)]
    [InlineData(1, 1)]
    public void A_job_is_divided_in_one_way_at_a_time(int index, int count)
    {
        var job = Create(new JobList(["AccessionNumber"], [["A1"]]), []);
        using (job.OpenOutcomes(new Shard(3, 8)))
            Assert.ThrowsAny<IOException>(() => job.OpenOutcomes(new Shard(index, count)).Dispose());
        job.OpenOutcomes(new Shard(index, count)).Dispose();
        using (job.OpenOutcomes(Shard.All))
            Assert.ThrowsAny<IOException>(() => job.OpenOutcomes(new Shard(3, 8)).Dispose());
    }

    [Fact]
    public void A_job_with_a_run_is_not_deleted()
    {
        var job = Create(new JobList(["AccessionNumber"], [["A1"]]), []);
        using (job.OpenOutcomes(new Shard(3, 8)))
            Assert.ThrowsAny<IOException>(() => StoredJob.Delete(_folder.Path, "cohort"));
        Assert.Equal(["cohort"], StoredJob.NamesIn(_folder.Path));
    }

    [Fact]
    public void A_job_is_deleted_with_its_files_alone()
    {
        var job = Create(new JobList(["AccessionNumber"], [["A1"]]), []);
        File.WriteAllText(Path.Combine(_folder.Path, "kept.dcm"), "");
        StoredJob.Delete(_folder.Path, "cohort");
        Assert.Empty(StoredJob.NamesIn(_folder.Path));
        Assert.False(Directory.Exists(job.Folder));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "kept.dcm")));
    }

    [Fact]
    public void The_files_of_a_job_are_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var job = Create(new JobList(["AccessionNumber"], [["A1"]]), []);
        const UnixFileMode Others = (UnixFileMode)0b000_111_111;
        foreach (var path in Directory.GetFiles(job.Folder))
            Assert.Equal(default, File.GetUnixFileMode(path) & Others);
        Assert.Equal(default, File.GetUnixFileMode(job.Folder) & Others);
    }

    [Theory]
    [InlineData("cohort", true)]
    [InlineData("Kohorte 2", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("nul", false)]
    public void A_name_is_the_name_of_a_folder(string name, bool isName) => Assert.Equal(isName, StoredJob.IsName(name));

    private StoredJob Create(JobList list, IReadOnlyList<RowState> known) => StoredJob.Create(
        _folder.Path, new JobDefinition { Name = "cohort", Layout = "Tree", Rows = list.Rows.Count }, list, known);

    private static void Write(StoredJob job, Shard shard, params RowState[] states)
    {
        using var file = job.OpenOutcomes(shard);
        file.Write(states.Select(state => state.ToCells()));
    }

    private static RowState State(int row, JobOutcome outcome, int minute) =>
        new() { Row = row, Outcome = outcome, Time = Noon.AddMinutes(minute), Attempts = 1 };

    private static (int Rows, int Pending, int Invalid) Numbers(StoredJob job)
    {
        var sum = JobSummary.Of(job);
        return (sum.Rows, sum.Pending, sum.Invalid);
    }
}
