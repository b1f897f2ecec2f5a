using Microsoft.Extensions.Time.Testing;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Jobs;
using PacsNm.Retrieval;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>What a run records, row by row.</summary>
public sealed class JobRunTests : IDisposable
{
    private static readonly PacsServer Server = new() { ComputerName = "fake" };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_ends_as_what_its_study_is()
    {
        using (var run = Open("A1", "A2", "A3"))
        {
            var rows = Take(run, 3);
            Save(run, rows[0], SaveStatus.Complete, "1.2.1");
            Save(run, rows[1], SaveStatus.Partial, "1.2.2");
            Assert.Equal(JobOutcome.NotFound, run.Begin(new RowMatch(rows[2], []), Server, out _)?.Outcome);
        }

        var states = Job.ReadStates();
        Assert.Equal([JobOutcome.Complete, JobOutcome.Partial, JobOutcome.NotFound], Outcomes(states));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(15), states[2].NotBefore);
        Assert.Equal((1, "1.2.1"), (states[1].Attempts, Assert.Single(states[1].Studies)));
    }

    [Fact]
    public void A_later_run_takes_what_is_due_alone()
    {
        using (var run = Open("A1", "A2", "A3", "A4"))
        {
            var rows = Take(run, 4);
            Save(run, rows[0], SaveStatus.Complete, "1.2.1");
            Save(run, rows[1], SaveStatus.Failed, "1.2.2");

            // The third was under way when the run was killed; the fourth was not reached.
            Assert.Null(run.Begin(Match(rows[2], "1.2.3"), Server, out _));
        }

        using (var soon = Reopen())
            Assert.Equal([3, 4], Take(soon, 9).Select(row => row.Number));
        _clock.Advance(TimeSpan.FromMinutes(15));
        using (var later = Reopen())
            Assert.Equal([2, 3, 4], Take(later, 9).Select(row => row.Number).Order());
    }

    [Fact]
    public void Two_rows_that_find_one_study_are_one_retrieval()
    {
        using (var run = Open("A1", "A2"))
        {
            var rows = Take(run, 2);
            Save(run, rows[0], SaveStatus.Complete, "1.2.1");
            var second = run.Begin(Match(rows[1], "1.2.1"), Server, out var items);
            Assert.Equal((JobOutcome.Duplicate, "It finds the same study as row 1."), (second?.Outcome, second?.Reason));
            Assert.Empty(items);
        }

        Assert.Equal([JobOutcome.Complete, JobOutcome.Duplicate], Outcomes(Job.ReadStates()));
    }

    [Fact]
    public void Too_many_studies_are_all_named_and_none_is_retrieved()
    {
        using var run = Open("A1");
        var state = run.Begin(Match(Take(run, 1)[0], "1.2.1", "1.2.2"), Server, out var items);
        Assert.Equal((JobOutcome.Ambiguous, 2, 0), (state?.Outcome, state?.Studies.Count, items.Count));
    }

    [Fact]
    public void What_the_end_of_the_time_cut_off_is_not_an_attempt()
    {
        using var run = Open("A1");
        var row = Take(run, 1)[0];
        Assert.Null(run.Begin(Match(row, "1.2.1"), Server, out var items));
        var state = run.Add(Outcome(items[0], SaveStatus.Failed), isOver: true);
        Assert.Equal((JobOutcome.Postponed, 0, null), (state?.Outcome, state?.Attempts, state?.NotBefore));
    }

    [Fact]
    public void A_row_whose_PACS_went_away_is_taken_again()
    {
        using var run = Open("A1");
        var row = Take(run, 1)[0];
        run.Begin(Match(row, "1.2.1"), Server, out var items);
        run.PutBack(items[0]);
        Assert.Equal([1], Take(run, 9).Select(each => each.Number));
        Save(run, row, SaveStatus.Complete, "1.2.1");
        Assert.Equal([JobOutcome.Complete], Outcomes(Job.ReadStates()));
    }

    [Fact]
    public void A_query_that_fails_is_tried_again_later()
    {
        using var run = Open("A1");
        var state = run.Begin(
            new RowMatch(Take(run, 1)[0], [], new AssociationAbortedException("It ended.")), Server, out _);
        Assert.Equal((JobOutcome.Failed, "It ended."), (state?.Outcome, state?.Reason));
        Assert.NotNull(state?.NotBefore);
    }

    private StoredJob Job => StoredJob.Read(_folder.Path, Assert.Single(StoredJob.NamesIn(_folder.Path)));

    private JobRun Open(params string[] accessions)
    {
        var list = new JobList(["AccessionNumber"], [.. accessions.Select(text => new[] { text })]);
        StoredJob.Create(_folder.Path, new JobDefinition { Name = "cohort", Layout = "Tree", Rows = accessions.Length }, list, []);
        return Reopen();
    }

    private JobRun Reopen() => JobRun.Open(Job, Shard.All, ArchiveLayout.Parse("Tree"), filter: null, _clock);

    private static IReadOnlyList<JobRow> Take(JobRun run, int count)
    {
        if (run.TakeRows(count) is { Count: > 0 } rows)
            return rows;
        run.ReadDueRows(isAtOnce: false);
        return run.TakeRows(count);
    }

    private static RowMatch Match(JobRow row, params string[] uids) => new(row, [.. uids.Select(Study)]);

    private static PacsStudy Study(string uid)
    {
        var study = new Dataset();
        study.Set(Tags.StudyInstanceUID, uid);
        study.Set(Tags.NumberOfStudyRelatedInstances, "3");
        return new PacsStudy(study, Server);
    }

    private static void Save(JobRun run, JobRow row, SaveStatus status, string uid)
    {
        Assert.Null(run.Begin(Match(row, uid), Server, out var items));
        Assert.NotNull(run.Add(Outcome(Assert.Single(items), status), isOver: false));
    }

    private static RetrievalOutcome Outcome(StudyToSave item, SaveStatus status) =>
        new(item, item.NewResult() with { Status = status, Received = 3 }, Failure: null, FirstFailure: null);

    private static IEnumerable<JobOutcome> Outcomes(Dictionary<int, RowState> states) =>
        states.OrderBy(pair => pair.Key).Select(pair => pair.Value.Outcome);
}
