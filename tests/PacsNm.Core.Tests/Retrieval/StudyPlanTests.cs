using PacsNm.Archive;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

public sealed class StudyPlanTests
{
    private static readonly RetrieveRequest Whole = new(null, "1");

    private static readonly StudyPlan Plan = StudyPlan.Of(
        ["1.1", "1.2"],
        [Planned("1.1", "1.1.1"), Planned("1.1", "1.1.2"), Planned("1.2", "1.2.1")],
        counted: 3);

    [Fact]
    public void What_is_missing_altogether_is_asked_for_at_once() =>
        Assert.Equal(["STUDY"], Levels(Plan.Requests(Whole, _ => true, RetrieveLevel.Study)));

    [Fact]
    public void A_series_that_is_missing_altogether_is_asked_for_as_a_series()
    {
        var requests = Plan.Requests(Whole, instance => instance.Key.SeriesInstanceUid == "1.1", RetrieveLevel.Study);
        Assert.Equal(["SERIES"], Levels(requests));
        Assert.Equal("1.1", requests[0].SeriesInstanceUid);
    }

    [Fact]
    public void Instances_are_asked_for_by_their_UIDs()
    {
        var requests = Plan.Requests(Whole, instance => instance.Key.SopInstanceUid is "1.1.2" or "1.2.1", RetrieveLevel.Image);
        Assert.Equal(["IMAGE", "IMAGE"], Levels(requests));
        Assert.Equal(["1.1.2"], requests[0].SopInstanceUids);
        Assert.Equal(("1.2", "1.2.1"), (requests[1].SeriesInstanceUid, requests[1].SopInstanceUids![0]));
    }

    [Fact]
    public void No_request_names_more_UIDs_than_a_command_line_holds()
    {
        var many = StudyPlan.Of(["1.1"], [.. Enumerable.Range(0, 450).Select(number => Planned("1.1", $"1.1.{number}"))], counted: null);
        var requests = many.Requests(Whole, _ => true, RetrieveLevel.Image);
        Assert.Equal([200, 200, 50], requests.Select(request => request.SopInstanceUids!.Count));
    }

    [Fact]
    public void What_nobody_lists_is_asked_for_whole_or_series_by_series()
    {
        var unlisted = new StudyPlan { Series = ["1.1", "1.2"] };
        Assert.Equal(["STUDY"], Levels(unlisted.Requests(Whole, _ => true, RetrieveLevel.Study)));
        Assert.Equal(["SERIES", "SERIES"], Levels(unlisted.Requests(Whole, _ => true, RetrieveLevel.Series)));
    }

    [Fact]
    public void A_limit_keeps_what_is_there_and_adds_so_many()
    {
        var limited = Plan.Limit(1, [new InstanceKey("1.2", "1.2.1")]);
        Assert.Equal(2, limited.Maximum);
        Assert.Equal(["1.1.1", "1.2.1"], limited.Wanted.Select(instance => instance.Key.SopInstanceUid).Order(StringComparer.Ordinal));
        Assert.Same(Plan, Plan.Limit(3, []));
    }

    private static PlannedInstance Planned(string series, string uid) => new(new InstanceKey(series, uid), null);

    private static IEnumerable<string> Levels(IEnumerable<RetrieveRequest> requests) => requests.Select(request => request.Level);
}
