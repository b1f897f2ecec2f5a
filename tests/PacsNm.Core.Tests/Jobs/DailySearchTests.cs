using Microsoft.Extensions.Time.Testing;
using PacsNm.Jobs;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>The days that a job without a list searches.</summary>
public sealed class DailySearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 20, 2, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_run_begins_before_the_last_day_that_was_searched()
    {
        var job = Create("2026-03-20T01:00:00Z");
        Assert.Equal(new DateTime(2026, 3, 17), Search(job).FirstDay);
        Assert.Equal(4, await RunAsync(job));
        _clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(new DateTime(2026, 3, 17), Search(job).FirstDay);
        Assert.Equal(11, await RunAsync(job));
    }

    [Fact]
    public void A_job_whose_first_runs_failed_begins_before_the_day_it_was_made()
    {
        Assert.Equal(new DateTime(2026, 3, 7), Search(Create("2026-03-10T12:00:00Z")).FirstDay);
    }

    [Fact]
    public async Task A_day_that_was_not_searched_is_not_recorded()
    {
        var job = Create("2026-03-20T01:00:00Z");
        var days = 0;
        var isDone = await Search(job).RunAsync(
            new ListedPacs(), () => days++ < 2, _ => { }, TestContext.Current.CancellationToken);
        Assert.False(isDone);
        _clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(new DateTime(2026, 3, 15), Search(job).FirstDay);
    }

    private async Task<int> RunAsync(StoredJob job)
    {
        var pacs = new ListedPacs();
        Assert.True(await Search(job).RunAsync(pacs, () => true, _ => { }, TestContext.Current.CancellationToken));
        return pacs.Queries;
    }

    private DailySearch Search(StoredJob job) => new(job, new SearchCall(new SearchOptions()), _clock);

    private StoredJob Create(string created) => StoredJob.Create(
        _folder.Path,
        new JobDefinition { Name = "nightly", Layout = "Tree", LastDays = 3, Created = created },
        JobList.OfStudies,
        []);
}
