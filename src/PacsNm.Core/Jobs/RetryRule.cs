namespace PacsNm.Jobs;

/// <summary>When rows that did not succeed are tried again: after waits that grow, and not for ever.</summary>
internal static class RetryRule
{
    /// <summary>The attempts after which an outcome is final.</summary>
    public const int MaximumAttempts = 12;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Whether a later attempt may change an outcome.</summary>
    public static bool MayChange(JobOutcome outcome) => outcome is JobOutcome.Pending or JobOutcome.Postponed
        or JobOutcome.Partial or JobOutcome.Empty or JobOutcome.Unavailable or JobOutcome.Failed;

    /// <summary>When a row is tried again.</summary>
    /// <param name="outcome">The outcome of the last attempt.</param>
    /// <param name="attempts">The attempts so far.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null if the outcome is final or the row may be tried at any time.</returns>
    public static DateTimeOffset? NotBefore(JobOutcome outcome, int attempts, DateTimeOffset now)
    {
        if (!MayChange(outcome) || outcome is JobOutcome.Pending or JobOutcome.Postponed || attempts >= MaximumAttempts)
            return null;
        var wait = TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(attempts - 1, 20), Longest.Ticks));
        return now + wait;
    }

    /// <summary>Whether a run tries a row.</summary>
    /// <param name="state">What is known of the row; null for nothing.</param>
    /// <param name="isAtOnce">Whether rows that did not succeed are tried without a wait, and once more if their outcome is final.</param>
    /// <param name="now">The time.</param>
    public static bool IsDue(RowState? state, bool isAtOnce, DateTimeOffset now) => state switch
    {
        null or { Outcome: JobOutcome.Pending or JobOutcome.Postponed } => true,
        { Outcome: JobOutcome.NotFound } => isAtOnce,
        _ when !MayChange(state.Outcome) => false,
        { NotBefore: { } time } => isAtOnce || now >= time,
        _ => isAtOnce,
    };
}
