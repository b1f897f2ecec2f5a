using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

public sealed class RepairPlanTests
{
    private static readonly NamedRetriever GetScu = new(Retriever.GetScu);
    private static readonly NamedRetriever BuiltIn = new(Retriever.BuiltIn);

    [Fact]
    public void The_rounds_are_the_other_retrievers_then_the_levels_then_the_syntaxes_and_all_over_again()
    {
        var rounds = new RepairPlan([GetScu, BuiltIn], 4).Rounds().ToArray();
        Assert.Equal(4, rounds.Length);
        Assert.Equal([Retriever.BuiltIn, Retriever.GetScu], rounds[0].Select(method => method.Retriever.Kind));
        Assert.Equal(
            [(Retriever.BuiltIn, RetrieveLevel.Series), (Retriever.BuiltIn, RetrieveLevel.Image)],
            rounds[1].Select(method => (method.Retriever.Kind, method.Broadest)));
        Assert.Equal(BuiltIn.CompressedOptions, rounds[2].Select(method => method.Option));
        Assert.Equal(rounds[0], rounds[3]);
        Assert.Empty(new RepairPlan([GetScu], 0).Rounds());
    }

    [Fact]
    public void What_brought_most_begins_the_next_study()
    {
        var plan = new RepairPlan([GetScu, BuiltIn], 3);
        var first = new RetrieveMethod(GetScu, null, RetrieveLevel.Study);
        var second = new RetrieveMethod(BuiltIn, null, RetrieveLevel.Study);
        plan.Remember(second, 0);
        Assert.Equal([first], plan.Beginning);
        plan.Remember(first, 2);
        plan.Remember(second, 1);
        Assert.Equal([first, second], plan.Beginning);
        plan.Remember(second, 2);
        Assert.Equal([second, first], plan.Beginning);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(1, 22)]
    [InlineData(300, 620)]
    public void A_study_may_take_twenty_requests_and_two_for_each_missing_instance(int missing, int requests) =>
        Assert.Equal(requests, RepairPlan.MaximumRequests(missing));

    [Fact]
    public void Pauses_double_up_to_a_minute() =>
        Assert.Equal([1, 2, 4, 32, 60, 60], new[] { 0, 1, 2, 5, 6, 100 }.Select(rounds => RepairPlan.PauseAfter(rounds).TotalSeconds));

    [Fact]
    public void A_budget_that_pauses_and_has_no_time_left_ends_at_once_when_it_goes_on()
    {
        using var ending = new CancellationTokenSource();
        var budget = new TimeBudget(TimeSpan.Zero, ending);
        budget.Pause();
        Assert.False(ending.IsCancellationRequested);
        budget.Resume();
        Assert.True(ending.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_budget_that_pauses_does_not_run_out()
    {
        using var ending = new CancellationTokenSource();
        var budget = new TimeBudget(TimeSpan.FromHours(1), ending);
        budget.Resume();
        budget.Resume();
        budget.Pause();
        Assert.False(ending.IsCancellationRequested);
    }
}
