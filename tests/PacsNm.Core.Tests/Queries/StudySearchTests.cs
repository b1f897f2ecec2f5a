using CsCheck;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>A search against a PACS without a network: what it finds, how often it asks, and when it stops.</summary>
public sealed class StudySearchTests
{
    private static readonly DateTime Today = new(2021, 9, 30);

    private static readonly DateRange Month = new(new DateTime(2021, 9, 1), Today);

    private static readonly SearchOptions Recent = new() { Dates = Month, Today = Today };

    [Theory]
    [InlineData(DateSplitting.Auto)]
    [InlineData(DateSplitting.Always)]
    [InlineData(DateSplitting.Never)]
    public async Task A_refusal_without_a_match_is_an_error_after_one_query(DateSplitting splitting)
    {
        foreach (var status in new[] { DimseStatus.OutOfResources, DimseStatus.UnableToProcess, DimseStatus.Cancel })
        {
            var pacs = new FakePacs { Refusal = status };
            var search = new Consumer(pacs, Recent with { Splitting = splitting });
            await Assert.ThrowsAsync<DimseFailureException>(() => search.RunAsync());
            Assert.Equal(1, pacs.Queries);
            Assert.Equal(1, pacs.Stopped);
            Assert.Null(search.Call.Shortfalls.Text);
        }
    }

    [Theory]
    [InlineData(DateSplitting.Auto, 1000, 1000, 2)]
    [InlineData(DateSplitting.Auto, 200, 50, 2)]
    [InlineData(DateSplitting.Always, 1000, 1000, 1)]
    [InlineData(DateSplitting.Always, 200, 20, 2)]
    public async Task A_PACS_that_ignores_the_date_is_found_out(DateSplitting splitting, int studies, int limit, int queries)
    {
        // The first day of the month has no study.
        var pacs = new FakePacs { IgnoresDate = true, Limit = limit };
        pacs.Add(studies, Month.First!.Value.AddDays(1), TimeSpan.FromDays(28) / studies);
        var search = new Consumer(pacs, Recent with { Splitting = splitting });
        Assert.Equal(Math.Min(studies, limit), (await search.RunAsync()).Count);
        Assert.Equal(queries, pacs.Queries);
        Assert.Contains("does not honor StudyDate", search.Call.Shortfalls.Text!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PACS_that_ignores_the_date_and_does_not_return_it_is_found_out()
    {
        var pacs = new FakePacs { IgnoresDate = true, ReturnsDate = false }.Add(1000, Month.First!.Value, TimeSpan.FromMinutes(30));
        var search = new Consumer(pacs, Recent);
        Assert.Equal(1000, (await search.RunAsync()).Count);
        Assert.Equal(2, pacs.Queries);
    }

    [Fact]
    public async Task A_PACS_that_ignores_the_time_is_not_asked_for_each_hour()
    {
        var pacs = new FakePacs { IgnoresTime = true, Limit = 50 }.Add(80, Today, TimeSpan.FromMinutes(10));
        var search = new Consumer(pacs, Recent with { Dates = new DateRange(Today, Today) });
        Assert.Equal(50, (await search.RunAsync()).Count);
        Assert.Equal(2, pacs.Queries);
        Assert.Contains("does not honor StudyTime", search.Call.Shortfalls.Text!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PACS_whose_limit_is_not_reached_again_is_asked_three_times()
    {
        // A round number looks like a limit, until both halves are smaller.
        var pacs = new FakePacs().Add(1000, Month.First!.Value, TimeSpan.FromMinutes(40));
        var search = new Consumer(pacs, Recent);
        Assert.Equal(1000, (await search.RunAsync()).Count);
        Assert.Equal(3, pacs.Queries);
        Assert.Null(search.Call.Shortfalls.Text);
    }

    [Fact]
    public void An_honest_PACS_with_a_limit_gives_all_its_studies_within_the_derived_bound()
    {
        var minutes = Gen.Int[0, 30 * 24 * 60 - 1].Array[0, 120];
        Gen.Select(minutes, Gen.Bool, Gen.Bool).Sample((moments, isStated, isEachDay) =>
        {
            // Never more in an hour than the PACS sends.
            var kept = moments.GroupBy(minute => minute / 60).SelectMany(hour => hour.Take(4)).ToArray();
            var pacs = new FakePacs
            {
                Limit = 5,
                StatusAtLimit = isStated ? DimseStatus.OutOfResources : DimseStatus.Success,
                Server = new PacsServer { MaximumMatches = isStated ? null : 5 },
            };
            foreach (var minute in kept)
                pacs.Add(Month.First!.Value.AddMinutes(minute));
            var search = new Consumer(pacs, Recent with { Splitting = isEachDay ? DateSplitting.Always : DateSplitting.Auto });
            var found = search.RunAsync().GetAwaiter().GetResult();
            Assert.Equal(kept.Length, found.Count);
            Assert.DoesNotContain("-MaxQueries", search.Call.Shortfalls.Text ?? "", StringComparison.Ordinal);
        }, iter: 60);
    }

    [Fact]
    public async Task What_cannot_be_divided_further_is_told_in_one_text()
    {
        var pacs = new FakePacs { Limit = 2, StatusAtLimit = DimseStatus.OutOfResources }
            .Add(5, Today, TimeSpan.FromMinutes(1))
            .Add(5, Today.AddDays(-1), TimeSpan.FromMinutes(1));
        var search = new Consumer(pacs, Recent);
        Assert.Equal(4, (await search.RunAsync()).Count);
        var text = search.Call.Shortfalls.Text!;
        Assert.Contains("cut its answer short after 2 studies for 20210929 00:00-00:59 and 1 more", text, StringComparison.Ordinal);
        Assert.Contains("without a StudyTime", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bound_on_queries_ends_the_search_and_says_what_raises_it()
    {
        var pacs = new FakePacs { Limit = 5, StatusAtLimit = DimseStatus.OutOfResources };
        pacs.Add(200, Month.First!.Value, TimeSpan.FromHours(3));
        var search = new Consumer(pacs, Recent with { MaximumQueries = 4 });
        Assert.NotEmpty(await search.RunAsync());
        Assert.Equal(4, pacs.Queries);
        Assert.Contains("stopped after 4 queries", search.Call.Shortfalls.Text!, StringComparison.Ordinal);
        Assert.Contains("-MaxQueries", search.Call.Shortfalls.Text!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_studies_as_many_as_were_asked_for_are_not_divided()
    {
        var pacs = new FakePacs().Add(50, Month.First!.Value, TimeSpan.FromHours(1));
        var keys = new StudyKeys { Uids = [.. Enumerable.Range(1, 50).Select(number => $"1.2.{number}")] };
        var search = new Consumer(pacs, new SearchOptions { Today = Today }, keys);
        Assert.Equal(50, (await search.RunAsync()).Count);
        Assert.Equal(1, pacs.Queries);
        Assert.Empty(search.Search.Missing);
    }

    [Fact]
    public async Task A_study_that_is_named_and_not_there_is_missing()
    {
        var pacs = new FakePacs().Add(Today);
        var search = new Consumer(pacs, new SearchOptions { Today = Today }, new StudyKeys { Uids = ["1.2.1", "1.2.7"] });
        await search.RunAsync();
        var missing = Assert.Single(search.Search.Missing);
        Assert.Equal(new MissingStudy("1.2.7", "with the StudyInstanceUid 1.2.7", IsRecentOnly: false), missing);
    }

    [Fact]
    public async Task No_more_studies_than_wanted_are_found_and_the_query_is_stopped()
    {
        var pacs = new FakePacs().Add(20, Today, TimeSpan.FromMinutes(1));
        var search = new Consumer(pacs, Recent with { MaximumStudies = 3 });
        Assert.Equal(3, (await search.RunAsync()).Count);
        Assert.Equal(1, pacs.Stopped);
        Assert.Empty(search.Search.Missing);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    public async Task Each_study_without_modalities_is_looked_up_once_and_the_order_is_kept(bool isSingle, int throttleLimit)
    {
        var pacs = new FakePacs { IsSingle = isSingle }.Add(Today, null).Add(Today.AddHours(1), "CT").Add(Today.AddHours(2), null);
        var search = new Consumer(pacs, Recent with { ThrottleLimit = throttleLimit }, new StudyKeys { Modalities = ["CT"] });
        var found = await search.RunAsync();
        Assert.Equal(["1.2.1", "1.2.2", "1.2.3"], found.Select(study => study.StudyInstanceUid).Order());
        Assert.Equal(2, pacs.Lookups);
    }

    [Fact]
    public async Task Look_ups_stop_at_the_second_refusal_and_what_is_unknown_stays_in()
    {
        var pacs = new FakePacs { RefusesSeries = true }.Add(20, Today, TimeSpan.FromMinutes(1), null);
        var search = new Consumer(pacs, Recent, new StudyKeys { Modalities = ["CT"] });
        Assert.Equal(20, (await search.RunAsync()).Count);
        Assert.Equal(2, pacs.Lookups);
        Assert.Contains("nor answers queries at SERIES level", search.Call.Shortfalls.Text!, StringComparison.Ordinal);
    }

    /// <summary>Takes all events of a search, as the cmdlet does.</summary>
    private sealed class Consumer
    {
        public Consumer(FakePacs pacs, SearchOptions options, StudyKeys? keys = null)
        {
            Call = new SearchCall(options);
            var query = Assert.Single((keys ?? new StudyKeys()).Queries());
            var budget = new QueryBudget(options.MaximumQueries);
            Search = new StudySearch(query, pacs, Call, budget, TestContext.Current.CancellationToken);
        }

        public SearchCall Call { get; }

        public StudySearch Search { get; }

        public async Task<List<PacsStudy>> RunAsync()
        {
            var found = new List<PacsStudy>();
            try
            {
                while (await Search.NextAsync() is { } next)
                {
                    if (next is StudyFound study)
                        found.Add(study.Study);
                }
            }
            finally
            {
                await Search.StopAsync();
            }

            return found;
        }
    }
}
