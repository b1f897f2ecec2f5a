using PacsNm.Archive;
using PacsNm.Dicom.Network;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>Why an instance is missing, as a kind and in words.</summary>
internal readonly record struct MissingCause(MissingReason Reason, string Text)
{
    /// <summary>Finds the cause for a listed instance. Facts about the instance come before facts about the requests.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="rejection">Why a file that arrived for it was rejected; null if none was.</param>
    /// <param name="attempts">The requests.</param>
    /// <param name="end">Why the retrieval ended early, if it did.</param>
    /// <param name="unread">The number of files that arrived and could not be read. Any of them may be the instance.</param>
    public static MissingCause Of(
        PlannedInstance instance,
        Rejection? rejection,
        RetrieveAttempts attempts,
        EarlyEnd end,
        int unread = 0)
    {
        if (rejection is not null)
            return new MissingCause(rejection.Reason, ReasonText.Of(rejection));
        IRetriever[] retrievers = [.. attempts.All.Select(attempt => attempt.Method.Retriever).Distinct()];
        if (retrievers.Length > 0 && instance.SopClassUid is { } sopClass && !retrievers.Any(retriever => retriever.Receives(sopClass)))
            return new MissingCause(MissingReason.SopClassNotReceived, ReasonText.OfSopClass(sopClass, retrievers.Select(one => one.Kind)));
        var uid = instance.Key.SopInstanceUid;
        var telling = Telling(attempts);
        var requestText = telling is null ? "" : ReasonText.Of(telling.Outcome);
        if (attempts.All.Any(attempt => attempt.FailedUids.Contains(uid)))
            return new MissingCause(MissingReason.FailedAtPacs, $"The PACS failed to send it. {requestText}".TrimEnd());
        if (attempts.All.Any(attempt => attempt.InterruptedUids.Contains(uid)))
        {
            var why = ReasonText.Of(end) is { Length: > 0 } early ? early : requestText;
            return new MissingCause(MissingReason.Interrupted, $"It did not arrive whole before the association ended. {why}".TrimEnd());
        }

        if (end.Reason is { } reason and not MissingReason.RequestLimitReached)
            return new MissingCause(reason, ReasonText.Of(end));
        if (telling is null && unread > 0)
            return new MissingCause(MissingReason.FileInUse, ReasonText.OfUnread(unread));
        return telling is null
            ? new MissingCause(MissingReason.NotSent, "The PACS reported success and did not send it.")
            : new MissingCause(ReasonOf(telling.Outcome.End), requestText);
    }

    /// <summary>Returns the run that explains most about what is missing; null if all runs ended in success.</summary>
    public static RetrieveAttempt? Telling(RetrieveAttempts attempts) =>
        attempts.All.Where(attempt => RankOf(attempt) < SuccessRank).OrderBy(RankOf).FirstOrDefault();

    /// <summary>Describes how the runs ended, the best explanation first and each text once.</summary>
    public static IEnumerable<string> Texts(RetrieveAttempts attempts) =>
        attempts.All
            .Where(attempt => RankOf(attempt) < SuccessRank)
            .OrderBy(RankOf)
            .Select(attempt => ReasonText.Of(attempt.Outcome))
            .Distinct();

    private const int SuccessRank = 10;

    /// <summary>
    /// Ranks how a run ended; the lowest rank explains most. A status that names its cause comes first. A run with a single transfer syntax
    /// is only a guess and comes after the other runs.
    /// </summary>
    private static int RankOf(RetrieveAttempt attempt) => attempt.Outcome switch
    {
        { End: RetrieveEnd.Success } => SuccessRank,
        { End: RetrieveEnd.NothingToAskFor } => SuccessRank - 1,
        _ when attempt.Method.Option is not null => SuccessRank - 2,
        { Status: { } status } when NamesItsCause(status) => 0,
        { Status.Class: DimseStatusClass.Failure } => 1,
        { End: RetrieveEnd.Status or RetrieveEnd.SuccessWithFailures or RetrieveEnd.NetworkFailure } => 2,
        { End: RetrieveEnd.AssociationEnded } => 3,
        _ => 4,
    };

    private static bool NamesItsCause(DimseStatus status) =>
        status.Class == DimseStatusClass.Failure && status.Code is not (>= 0xA700 and <= 0xA7FF) and not (>= 0xC000 and <= 0xCFFF);

    private static MissingReason ReasonOf(RetrieveEnd end) => end switch
    {
        RetrieveEnd.Status or RetrieveEnd.SuccessWithFailures => MissingReason.RequestFailed,
        RetrieveEnd.NetworkFailure or RetrieveEnd.AssociationEnded => MissingReason.NetworkFailure,
        RetrieveEnd.ProgramFailure => MissingReason.ProgramFailure,
        RetrieveEnd.Ended => MissingReason.Stopped,
        _ => MissingReason.NotSent,
    };
}
