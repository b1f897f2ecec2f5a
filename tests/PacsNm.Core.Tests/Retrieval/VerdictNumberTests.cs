using PacsNm.Archive;
using PacsNm.Retrieval;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>The edges of the verdict: where one number more or one word of the PACS decides.</summary>
public sealed class VerdictNumberTests
{
    private static readonly InstanceKey[] Keys = [.. Enumerable.Range(1, 6).Select(number => new InstanceKey("1.2", $"1.2.{number}"))];

    [Fact]
    public void An_instance_that_came_and_is_not_listed_makes_a_list_doubtful_although_its_length_is_the_count()
    {
        var facts = Facts(3, 3, 4);
        Assert.Equal((SaveStatus.Partial, ProofGap.NumbersDiffer), StatusAndGap(facts));

        // Before this run it was there: then it is one that the PACS no longer has.
        Assert.Equal((SaveStatus.Complete, ProofGap.None), StatusAndGap(facts with { Received = [.. Keys.Take(3)] }));
    }

    [Fact]
    public void Failures_that_the_PACS_counts_are_believed_where_nothing_is_listed()
    {
        var facts = Facts(3, 0, 3);
        Assert.Equal((SaveStatus.Complete, ProofGap.None), StatusAndGap(facts));
        Assert.Equal((SaveStatus.Partial, ProofGap.NumbersDiffer), StatusAndGap(facts with { HasSendFailures = true }));
    }

    [Fact]
    public void Failures_that_the_PACS_counts_are_not_believed_where_all_that_is_listed_is_there() =>
        Assert.Equal((SaveStatus.Complete, ProofGap.None), StatusAndGap(Facts(3, 3, 3) with { HasSendFailures = true }));

    [Theory]
    [InlineData(4, 2, 2, SaveStatus.Complete)]
    [InlineData(0, 2, 2, SaveStatus.Complete)]
    [InlineData(0, 3, 2, SaveStatus.Partial)]
    public void A_limit_takes_the_place_of_the_count(int listed, int maximum, int there, SaveStatus status)
    {
        var facts = Facts(4, listed, there);
        facts = facts with { Plan = facts.Plan with { Maximum = maximum, Wanted = [.. facts.Plan.Listed.Take(maximum)] } };
        var verdict = StudyVerdict.Of(facts);
        Assert.Equal((status, maximum), (verdict.Status, verdict.Expected));
        Assert.Equal(status == SaveStatus.Complete ? ProofGap.None : ProofGap.InstancesMissing, verdict.Gap);
    }

    [Fact]
    public void A_study_of_which_the_PACS_counts_none_is_empty_and_not_complete()
    {
        var facts = Facts(1, 0, 0) with { IsLastSuccess = true };
        var none = facts with { Plan = facts.Plan with { Counted = 0 } };
        Assert.Equal((SaveStatus.Empty, ProofGap.NothingThere), StatusAndGap(none));
        Assert.Equal(0, StudyVerdict.Of(none).Expected);
    }

    [Theory]
    [InlineData(4, SaveStatus.Complete)]
    [InlineData(5, SaveStatus.Partial)]
    [InlineData(3, SaveStatus.Partial)]
    [InlineData(null, SaveStatus.Partial)]
    public void What_a_doubtful_list_does_not_have_must_be_counted_by_the_success_that_brought_it(int? sent, SaveStatus status)
    {
        var facts = Facts(0, 3, 4);
        var doubtful = facts with { Plan = facts.Plan with { MayBeTruncated = true }, IsWholeSuccess = true, Sent = sent };
        Assert.Equal(status, StudyVerdict.Of(doubtful).Status);
    }

    [Fact]
    public void More_than_are_counted_is_complete_only_where_nothing_came()
    {
        Assert.Equal(SaveStatus.Skipped, StudyVerdict.Of(Facts(3, 0, 4) with { Received = [], Attempts = 0 }).Status);
        Assert.Equal(SaveStatus.Partial, StudyVerdict.Of(Facts(3, 0, 4) with { Received = [Keys[0]] }).Status);
    }

    [Fact]
    public void One_instance_of_several_is_partial_whatever_the_PACS_said()
    {
        var facts = Facts(3, 3, 1) with { EndedEarly = true, HasRejections = true, Availability = InstanceAvailability.OFFLINE };
        Assert.Equal((SaveStatus.Partial, ProofGap.InstancesMissing), StatusAndGap(facts));
    }

    [Fact]
    public void Nothing_there_of_what_arrived_is_a_failure_although_the_PACS_reported_success() =>
        Assert.Equal(SaveStatus.Failed, StudyVerdict.Of(Facts(3, 3, 0) with { IsLastSuccess = true, HasRejections = true }).Status);

    [Theory]
    [InlineData(5, 3, 2, null, 5)]
    [InlineData(2, 3, 2, null, 3)]
    [InlineData(0, 3, 2, 9, 3)]
    [InlineData(0, 0, 2, 3, 3)]
    [InlineData(0, 0, 2, null, null)]
    [InlineData(3, 2, 3, null, 3)]
    [InlineData(0, 3, 0, null, 3)]
    public void As_many_are_expected_as_the_largest_number_says(int counted, int listed, int there, int? sent, int? expected) =>
        Assert.Equal(expected, StudyVerdict.Of(Facts(counted, listed, there) with { Sent = sent }).Expected);

    [Theory]
    [InlineData(3, 3, null, SaveExpectation.Instances)]
    [InlineData(3, 0, 3, SaveExpectation.Count)]
    [InlineData(0, 0, 3, SaveExpectation.SubOperations)]
    [InlineData(0, 0, 0, SaveExpectation.None)]
    [InlineData(0, 0, null, SaveExpectation.None)]
    public void A_list_tells_more_than_a_count_and_a_count_more_than_what_was_sent(
        int counted,
        int listed,
        int? sent,
        SaveExpectation expectation)
    {
        var verdict = StudyVerdict.Of(Facts(counted, listed, 3) with { Sent = sent });
        Assert.Equal(expectation, verdict.Expectation);
        Assert.Equal(expectation == SaveExpectation.None ? ProofGap.NothingKnown : ProofGap.None, verdict.Gap);
    }

    [Fact]
    public void What_is_not_wanted_is_not_missing()
    {
        var facts = Facts(4, 4, 1);
        var limited = facts with { Plan = facts.Plan with { Maximum = 2, Wanted = [.. facts.Plan.Listed.Take(2)] } };
        Assert.Equal([Keys[1]], StudyVerdict.Of(limited).Missing.Select(instance => instance.Key));
    }

    private static (SaveStatus Status, ProofGap Gap) StatusAndGap(StudyFacts facts) =>
        StudyVerdict.Of(facts) is var verdict ? (verdict.Status, verdict.Gap) : default;

    private static StudyFacts Facts(int counted, int listed, int there) => new()
    {
        IsPlanned = true,
        Attempts = 1,
        Plan = StudyPlan.Of(["1.2"], [.. Keys.Take(listed).Select(key => new PlannedInstance(key, null))], counted == 0 ? null : counted),
        Present = [.. Keys.Take(there)],
        Received = [.. Keys.Take(there)],
    };
}
