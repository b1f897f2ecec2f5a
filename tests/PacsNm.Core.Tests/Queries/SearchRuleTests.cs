using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>The rules that end a search: what is a limit, what shows that a key is ignored, and how many queries are allowed.</summary>
public sealed class SearchRuleTests
{
    private static readonly DateTime Today = new(2021, 9, 30);

    private static readonly QuerySlice Week = new(new DateRange(Today.AddDays(-6), Today));

    [Fact]
    public void A_PACS_that_stated_its_limit_is_believed()
    {
        var limit = new AnswerLimit(null);
        Assert.True(limit.IsReachedBy(End(30, DimseStatus.OutOfResources)));
        Assert.True(limit.IsReachedBy(End(30)));
        Assert.False(limit.IsReachedBy(End(29)));
        Assert.False(limit.IsReachedBy(End(50)));
    }

    [Fact]
    public void A_limit_that_is_known_is_the_only_one()
    {
        var limit = new AnswerLimit(30);
        Assert.True(limit.IsReachedBy(End(30)));
        Assert.False(limit.IsReachedBy(End(50)));
    }

    [Fact]
    public void A_round_number_is_a_limit_unless_the_PACS_has_sent_more()
    {
        var limit = new AnswerLimit(null);
        Assert.True(limit.IsReachedBy(End(200)));
        Assert.True(limit.IsReachedBy(End(200)));
        Assert.False(limit.IsReachedBy(End(150)));
        Assert.False(limit.IsReachedBy(End(0)));
        Assert.False(limit.IsReachedBy(End(20_000)));
    }

    [Fact]
    public void A_refusal_and_an_answer_that_was_enough_are_no_limit()
    {
        var limit = new AnswerLimit(null);
        Assert.False(limit.IsReachedBy(End(0, DimseStatus.OutOfResources)));
        Assert.False(limit.IsReachedBy(End(0, DimseStatus.Cancel)));
        Assert.False(limit.IsReachedBy(new QueryEnd(50, DimseStatus.Cancel, WasEnough: true, null)));
        Assert.True(limit.IsReachedBy(End(7, DimseStatus.Cancel)));
    }

    [Fact]
    public void What_the_whole_brought_before_is_no_contradiction_where_it_lies_in_the_part()
    {
        var rule = new DivisionRule();
        for (var time = 0; time < 10; time++)
            Assert.Equal(PartVerdict.Divide, rule.Judge(Tally(Week, inside: 50, outside: 0, isNew: false), true, true));
    }

    [Fact]
    public void Half_an_answer_outside_ends_a_division()
    {
        Assert.Equal(PartVerdict.KeyIgnored, new DivisionRule().Judge(Tally(Week, 25, 25, isNew: true), true, true));
        Assert.Equal(PartVerdict.Divide, new DivisionRule().Judge(Tally(Week, 26, 24, isNew: true), true, true));
    }

    [Fact]
    public void One_small_answer_outside_is_let_pass_and_empty_days_change_nothing()
    {
        var rule = new DivisionRule();
        var day = new QuerySlice(new DateRange(Today, Today));
        Assert.Equal(PartVerdict.Complete, rule.Judge(Tally(day, 0, 1, isNew: true), false, true));
        Assert.Equal(PartVerdict.Complete, rule.Judge(Tally(day, 0, 0, isNew: true), false, true));
        Assert.Equal(PartVerdict.KeyIgnored, rule.Judge(Tally(day, 0, 1, isNew: true), false, true));
        var forgiving = new DivisionRule();
        Assert.Equal(PartVerdict.Complete, forgiving.Judge(Tally(day, 0, 1, isNew: true), false, true));
        Assert.Equal(PartVerdict.Complete, forgiving.Judge(Tally(day, 3, 0, isNew: true), false, true));
        Assert.Equal(PartVerdict.Complete, forgiving.Judge(Tally(day, 0, 1, isNew: true), false, true));
    }

    [Fact]
    public void Hours_that_bring_something_new_are_believed()
    {
        var hours = new QuerySlice(new DateRange(Today, Today), (12, 23));
        Assert.Equal(PartVerdict.Divide, new DivisionRule().Judge(Tally(hours, 0, 50, isNew: true), true, true));
        Assert.Equal(PartVerdict.KeyIgnored, new DivisionRule().Judge(Tally(hours, 0, 50, isNew: false), true, true));
    }

    [Fact]
    public void What_may_not_or_cannot_be_divided_is_truncated()
    {
        var hour = new QuerySlice(new DateRange(Today, Today), (12, 12));
        Assert.Equal(PartVerdict.Truncated, new DivisionRule().Judge(Tally(hour, 50, 0, isNew: true), true, true));
        Assert.Equal(PartVerdict.Truncated, new DivisionRule().Judge(Tally(Week, 50, 0, isNew: true), true, mayDivide: false));
    }

    [Theory]
    [InlineData("20210930", DateSplitting.Never, 1)]
    [InlineData("20210930", DateSplitting.Auto, 50)]
    [InlineData("20210901-20210930", DateSplitting.Auto, 1442)]
    [InlineData("20210901-20210930", DateSplitting.Always, 1412)]
    [InlineData("20000101-20210930", DateSplitting.Always, 9372)]
    [InlineData("-", DateSplitting.Auto, 6428)]
    [InlineData("-", DateSplitting.Always, 6428)]
    public void The_bound_on_queries_follows_from_the_days(string range, DateSplitting splitting, int queries)
    {
        var dates = range == "-" ? new DateRange(null, null) : DateRange.Parse([range]);
        Assert.Equal(queries, QueryBudget.Derive(dates, splitting, Today));
    }

    [Fact]
    public void The_queries_of_an_input_share_its_bound()
    {
        var derived = new QueryBudget(0);
        derived.Allow(1);
        derived.Allow(1);
        Assert.Equal([true, true, false], [derived.TryUse(), derived.TryUse(), derived.TryUse()]);
        var given = new QueryBudget(1);
        given.Allow(100);
        Assert.Equal([true, false], [given.TryUse(), given.TryUse()]);
    }

    [Fact]
    public void An_answer_between_two_refusals_keeps_the_look_ups_going()
    {
        var knowledge = new ModalityKnowledge();
        knowledge.AddRefusal();
        knowledge.Add("1.2", "NM\\CT");
        knowledge.AddRefusal();
        Assert.False(knowledge.IsRefused);
        Assert.Equal("NM\\CT", knowledge.Find("1.2"));
        knowledge.AddRefusal();
        Assert.True(knowledge.IsRefused);
    }

    private static QueryEnd End(int count, DimseStatus? status = null) => new(count, status ?? DimseStatus.Success, false, null);

    private static PartTally Tally(QuerySlice part, int inside, int outside, bool isNew)
    {
        var tally = new PartTally(part, Today);
        for (var index = 0; index < inside; index++)
            tally.Add(Study(part.Dates.Last!.Value.AddHours(part.Hours?.First ?? 0)), isNew);
        for (var index = 0; index < outside; index++)
            tally.Add(Study(part.Dates.First!.Value.AddDays(-3)), isNew);
        return tally;
    }

    private static Dataset Study(DateTime moment)
    {
        var study = new Dataset();
        study.Set(Tags.StudyDate, moment.ToString("yyyyMMdd"));
        study.Set(Tags.StudyTime, moment.ToString("HHmmss"));
        return study;
    }
}
