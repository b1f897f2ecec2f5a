using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>Makes the result that a Save cmdlet returns.</summary>
internal static class StudyResult
{
    /// <summary>The most different reasons in the text of a result. Each missing instance also has its own reason.</summary>
    private const int NamedReasons = 3;

    /// <summary>Makes the result of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="state">What is known of the study.</param>
    /// <param name="intake">What arrived.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="end">Why the retrieval ended early.</param>
    /// <param name="duration">How long the retrieval took.</param>
    public static PacsSavedItem Make(
        StudyToSave study,
        StudyState state,
        StudyIntake intake,
        StudyVerdict verdict,
        EarlyEnd end,
        TimeSpan duration)
    {
        PacsMissingInstance[] missing =
        [
            .. from instance in verdict.Missing
               let cause = MissingCause.Of(instance, intake.Rejections.Find(instance.Key), state.Attempts, end, intake.UnreadFiles)
               select new PacsMissingInstance(
                   instance.Key.SeriesInstanceUid, instance.Key.SopInstanceUid, instance.SopClassUid, cause.Reason, cause.Text),
        ];
        var bringers = state.Attempts.All.Where(attempt => attempt.Received > 0).ToArray();
        var retrievers = (bringers.Length > 0 ? bringers : state.Attempts.All).Select(attempt => attempt.Method.Retriever.Kind).Distinct();
        return study.NewResult() with
        {
            Status = verdict.Status,
            Expected = verdict.Expected,
            Expectation = verdict.Expectation,
            Received = intake.Received.Count,
            AlreadyPresent = intake.AlreadyPresent,
            Missing = [.. missing],
            Bytes = intake.Bytes,
            Duration = duration,
            Path = intake.StudyFolder,
            Retriever = string.Join(", ", retrievers),
            Attempts = [.. state.Attempts.All.Select(Describe)],
            Reason = Summarize(state, intake, verdict, end, missing),
            Warnings =
            [
                .. state.Attempts.All.Where(attempt => attempt.Outcome.IsUnusable).Select(attempt => attempt.Outcome.ProgramText),
                .. intake.UnreadFiles > 0 ? [ReasonText.OfUnread(intake.UnreadFiles)] : Array.Empty<string>(),
                .. ReasonText.Of(intake.Observations),
            ],
        };
    }

    private static PacsRetrieveAttempt Describe(RetrieveAttempt attempt) => new()
    {
        Retriever = attempt.Method.Retriever.Kind,
        Level = attempt.Request.Level,
        Requested = attempt.Request.SopInstanceUids?.Count,
        TransferSyntax = attempt.Method.Option ?? "",
        Received = attempt.Received,
        End = attempt.Outcome.End,
        Status = attempt.Outcome.Status is { } status ? $"0x{status.Code:X4}" : "",
        ErrorComment = attempt.Failure?.ErrorComment,
        OffendingElement = [.. attempt.Failure?.OffendingElements.Select(tag => tag.ToString()) ?? []],
        Reason = ReasonText.Of(attempt.Outcome),
    };

    private static string Summarize(
        StudyState state,
        StudyIntake intake,
        StudyVerdict verdict,
        EarlyEnd end,
        PacsMissingInstance[] missing)
    {
        var facts = state.Facts(end.IsEarly);
        if (verdict.Gap == ProofGap.None)
            return IsListShort(facts) ? ReasonText.OfNumbers(facts) : "";
        if (verdict.Status == SaveStatus.Empty)
            return ReasonText.OfNothing(facts.Plan.IsAbsent, state.Attempts.All.Sum(attempt => attempt.Objects));
        List<string> reasons = [ReasonText.Of(end)];
        if (verdict.Gap == ProofGap.NumbersDiffer)
            reasons.Add(ReasonText.OfNumbers(facts));
        reasons.AddRange(missing.Select(instance => instance.Reason));
        var wanted = new HashSet<InstanceKey>(facts.Plan.Wanted.Select(instance => instance.Key));
        reasons.AddRange(intake.Rejections.All
            .Where(rejection => !wanted.Contains(rejection.Key))
            .Select(rejection => ReasonText.Of(rejection.Value)));
        reasons.AddRange(MissingCause.Texts(state.Attempts));
        if (verdict.Gap == ProofGap.NothingKnown)
            reasons.Add("The PACS does not say what the study has, so it cannot be proven complete.");
        string[] all = [.. reasons.Where(reason => reason.Length > 0).Distinct()];
        string[] named = [.. all.Where(reason => !all.Any(other => other.Length > reason.Length && other.Contains(reason)))];
        return string.Join(" ", named.Take(NamedReasons)) + (named.Length > NamedReasons ? " …" : "");
    }

    /// <summary>Whether a complete study has more instances than the PACS lists.</summary>
    private static bool IsListShort(StudyFacts facts) =>
        facts.Plan is { Listed.Count: > 0, Maximum: null } && facts.Plan.Counted > facts.Plan.Listed.Count;
}
