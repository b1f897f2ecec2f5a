namespace PacsNm.Jobs;

/// <summary>Puts the results of a row's studies and series together.</summary>
/// <param name="begun">The state of the row when its retrieval began.</param>
/// <param name="items">The number of studies or series to retrieve.</param>
/// <param name="selection">What was selected, as a sentence; empty for everything.</param>
internal sealed class RowOutcome(RowState begun, int items, string selection)
{
    private readonly List<PacsSavedItem> _results = [];

    /// <summary>Whether all results are there.</summary>
    public bool IsFinished => _results.Count >= items;

    /// <summary>Adds a result.</summary>
    public void Add(PacsSavedItem result) => _results.Add(result);

    /// <summary>Whether the row is retrieved again from the beginning, because the PACS could not be used.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>The state of the row when its retrieval began.</summary>
    public RowState Begun => begun;

    /// <summary>Returns the state of the row.</summary>
    /// <param name="now">The time.</param>
    public RowState ToState(DateTimeOffset now)
    {
        var outcome = Combine([.. _results.Select(Of)]);
        var attempts = begun.Attempts + (outcome == JobOutcome.Postponed ? 0 : 1);
        var reason = _results.FirstOrDefault(result => Of(result) != JobOutcome.Complete)?.Reason ?? "";
        return begun with
        {
            Outcome = outcome,
            Time = now,
            Attempts = attempts,
            NotBefore = RetryRule.NotBefore(outcome, attempts, now),
            Expected = _results.Any(result => result.Expected is null) ? null : _results.Sum(result => result.Expected),
            Present = _results.Sum(result => result.Received + result.AlreadyPresent),
            Bytes = _results.Sum(result => result.Bytes),
            Reason = string.Join(" ", new[] { selection, reason }.Where(text => text.Length > 0)),
        };
    }

    /// <summary>
    /// Combines outcomes. Some complete and some not are partial; otherwise the first of these counts that any of them has: Failed,
    /// Partial, Unavailable, Empty.
    /// </summary>
    private static JobOutcome Combine(IReadOnlyCollection<JobOutcome> outcomes)
    {
        if (outcomes.All(outcome => outcome == JobOutcome.Complete))
            return JobOutcome.Complete;
        if (outcomes.Any(outcome => outcome is JobOutcome.Complete or JobOutcome.Partial))
            return JobOutcome.Partial;
        JobOutcome[] order = [JobOutcome.Failed, JobOutcome.Postponed, JobOutcome.Unavailable, JobOutcome.Empty];
        return order.First(outcomes.Contains);
    }

    private static JobOutcome Of(PacsSavedItem result) => result.Status switch
    {
        SaveStatus.Complete or SaveStatus.Skipped => JobOutcome.Complete,
        SaveStatus.Partial => JobOutcome.Partial,
        SaveStatus.Empty => JobOutcome.Empty,
        SaveStatus.Unavailable => JobOutcome.Unavailable,
        SaveStatus.Postponed => JobOutcome.Postponed,
        _ => JobOutcome.Failed,
    };
}
