namespace PacsNm.Jobs;

/// <summary>Makes the objects that cmdlets return about jobs.</summary>
internal static class JobSummary
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromHours(1);

    /// <summary>Adds up the outcomes of a job, or of a share of it.</summary>
    public static PacsJob Of(StoredJob job, Shard? shard = null)
    {
        var all = job.Definition.IsDaily ? job.CountRows() : job.Definition.Rows;
        var rows = shard is null ? all : Enumerable.Range(1, all).Count(shard.Has);
        var states = job.ReadStates();
        foreach (var other in states.Keys.Where(row => row > all || shard?.Has(row) == false).ToArray())
            states.Remove(other);
        var counts = states.Values.GroupBy(state => state.Outcome).ToDictionary(group => group.Key, group => group.Count());
        var known = counts.Where(pair => pair.Key != JobOutcome.Pending).Sum(pair => pair.Value);
        var times = states.Values.Where(state => state.Attempts > 0).Select(state => state.Time).ToArray();
        var last = times.Length > 0 ? times.Max() : (DateTimeOffset?)null;
        var rate = RateOf(times, last);
        var open = rows - known + states.Values.Count(state => RetryRule.MayChange(state.Outcome)
            && (state.NotBefore is not null || state.Outcome == JobOutcome.Postponed));
        return new PacsJob
        {
            Name = job.Definition.Name,
            Path = job.Archive,
            Server = job.Definition.Server.ToServer(isDefault: false),
            LastDays = job.Definition.LastDays,
            Modality = [.. job.Definition.Modality ?? []],
            Created = job.Definition.CreatedAt.LocalDateTime,
            Rows = rows,
            Pending = rows - known,
            Complete = Count(JobOutcome.Complete),
            Partial = Count(JobOutcome.Partial),
            Empty = Count(JobOutcome.Empty),
            Unavailable = Count(JobOutcome.Unavailable),
            Failed = Count(JobOutcome.Failed),
            NotFound = Count(JobOutcome.NotFound),
            Ambiguous = Count(JobOutcome.Ambiguous),
            Duplicate = Count(JobOutcome.Duplicate),
            Invalid = Count(JobOutcome.Invalid),
            Postponed = Count(JobOutcome.Postponed),
            Left = open,
            Bytes = states.Values.Sum(state => state.Bytes),
            LastActivity = last?.LocalDateTime,
            RowsPerHour = rate,
            TimeLeft = open == 0 ? TimeSpan.Zero : rate > 0 ? TimeSpan.FromHours(open / rate.Value) : null,
            NextRetry = states.Values.Min(state => state.NotBefore)?.LocalDateTime,
        };

        int Count(JobOutcome outcome) => counts.TryGetValue(outcome, out var count) ? count : 0;
    }

    /// <summary>Describes a row.</summary>
    /// <param name="number">The number of the row.</param>
    /// <param name="state">What is known of it; null for nothing.</param>
    public static PacsJobRow Of(int number, RowState? state) => state is null ? new PacsJobRow { Row = number } : new PacsJobRow
    {
        Row = number,
        Outcome = state.Outcome,
        Studies = [.. state.Studies],
        Expected = state.Expected,
        Present = state.Present,
        Attempts = state.Attempts,
        Time = state.Time.LocalDateTime,
        NotBefore = state.NotBefore?.LocalDateTime,
        Reason = state.Reason,
    };

    private static double? RateOf(DateTimeOffset[] times, DateTimeOffset? last)
    {
        DateTimeOffset[] recent = [.. times.Where(time => time > last - RateWindow)];
        return recent.Length > 1 && last - recent.Min() is { TotalSeconds: > 1 } span ? (recent.Length - 1) / span.TotalHours : null;
    }
}
