using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>Which rows a run tries, and when a row is tried again.</summary>
public sealed class RetryRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Waits_grow_up_to_a_day_and_end()
    {
        var waits = Enumerable.Range(1, RetryRule.MaximumAttempts)
            .Select(attempts => (RetryRule.NotBefore(JobOutcome.Failed, attempts, Now) - Now)?.TotalMinutes);
        Assert.Equal([15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440, null], waits);
    }

    [Theory]
    [InlineData(JobOutcome.Complete)]
    [InlineData(JobOutcome.Ambiguous)]
    [InlineData(JobOutcome.Duplicate)]
    [InlineData(JobOutcome.Invalid)]
    public void A_final_outcome_stays(JobOutcome outcome)
    {
        Assert.Null(RetryRule.NotBefore(outcome, 1, Now));
        Assert.False(RetryRule.IsDue(State(outcome), isAtOnce: false, Now));
        Assert.False(RetryRule.IsDue(State(outcome), isAtOnce: true, Now));
    }

    [Theory]
    [InlineData(JobOutcome.Failed)]
    [InlineData(JobOutcome.Partial)]
    [InlineData(JobOutcome.Empty)]
    [InlineData(JobOutcome.Unavailable)]
    public void A_row_that_did_not_succeed_waits(JobOutcome outcome)
    {
        var state = State(outcome) with { NotBefore = Now.AddMinutes(15) };
        Assert.False(RetryRule.IsDue(state, isAtOnce: false, Now));
        Assert.True(RetryRule.IsDue(state, isAtOnce: true, Now));
        Assert.True(RetryRule.IsDue(state, isAtOnce: false, Now.AddMinutes(15)));
    }

    [Fact]
    public void A_row_that_was_not_reached_is_due()
    {
        Assert.True(RetryRule.IsDue(null, isAtOnce: false, Now));
        Assert.True(RetryRule.IsDue(State(JobOutcome.Pending), isAtOnce: false, Now));
        Assert.True(RetryRule.IsDue(State(JobOutcome.Postponed), isAtOnce: false, Now));
        Assert.False(RetryRule.IsDue(State(JobOutcome.NotFound), isAtOnce: false, Now));
        Assert.True(RetryRule.IsDue(State(JobOutcome.NotFound), isAtOnce: true, Now));
        Assert.False(RetryRule.IsDue(State(JobOutcome.Failed), isAtOnce: false, Now));
        Assert.True(RetryRule.IsDue(State(JobOutcome.Failed), isAtOnce: true, Now));
    }

    private static RowState State(JobOutcome outcome) => new() { Row = 1, Outcome = outcome, Attempts = 1 };
}
