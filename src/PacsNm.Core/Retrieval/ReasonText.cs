using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>Describes reasons in words, without a patient's data. No code depends on the texts.</summary>
internal static class ReasonText
{
    /// <summary>Describes how a run of a retriever ended; empty for success.</summary>
    public static string Of(RetrieverOutcome outcome) => outcome.End switch
    {
        RetrieveEnd.Success => "",
        RetrieveEnd.SuccessWithFailures =>
            $"The PACS ended the {outcome.Operation} with success but counts {outcome.FailedSubOperations} failed sub-operations.",
        RetrieveEnd.Status => $"The PACS ended the {outcome.Operation} with status {outcome.Status}.",
        RetrieveEnd.AssociationEnded => $"The association ended before the {outcome.Operation} did.",
        RetrieveEnd.NetworkFailure => outcome.Failure!.Message,
        RetrieveEnd.ProgramFailure => outcome.ProgramText,
        RetrieveEnd.NothingToAskFor => "The retriever had nothing left to ask for in this way.",
        _ => "The request was ended.",
    };

    /// <summary>Describes why a file that arrived is not in the archive.</summary>
    public static string Of(Rejection rejection) => rejection.Reason switch
    {
        MissingReason.NoSopInstanceUid => "An object arrived whose dataset has no valid SOP Instance UID.",
        MissingReason.NotWhole => $"It arrived but is not whole: {rejection.Detail}",
        MissingReason.Shortened => "It arrived but does not have all the bytes that the PACS sent.",
        MissingReason.Unreadable =>
            $"It arrived in the private transfer syntax {rejection.Detail}, in which its Study Instance UID cannot be read.",
        MissingReason.OtherStudy => "It arrived but belongs to another study.",
        MissingReason.OtherInstance =>
            $"An object arrived under its SOP Instance UID. Its dataset has another one: {rejection.Detail}.",
        MissingReason.NotWanted => "It arrived but was not requested.",
        MissingReason.NameTaken => "It arrived, but the layout gives it the file name of another instance, whose file is kept.",
        MissingReason.FileChanged => "Its existing file is not whole or was changed since it was saved. -Force replaces the file.",
        MissingReason.FileInUse =>
            "It arrived, but another program has its file open. The file stays in the staging folder, and the next call adds it.",
        _ => $"It arrived whole but cannot be saved: {rejection.Detail}.",
    };

    /// <summary>Describes why a retrieval ended early; empty if it did not.</summary>
    public static string Of(EarlyEnd end) => end switch
    {
        { Failure: { } failure } => failure.Message,
        { Reason: MissingReason.RequestLimitReached } => "The study has taken the number of requests that it may.",
        { Reason: MissingReason.Stopped } => "Stopped.",
        _ => "",
    };

    /// <summary>Describes that no retriever can receive an instance's SOP class.</summary>
    public static string OfSopClass(string sopClassUid, IEnumerable<Retriever> retrievers) =>
        $"{string.Join(" and ", retrievers)} cannot receive its SOP class ({SopClasses.NameOf(sopClassUid)}).";

    /// <summary>Describes that nothing of a study arrived although no request failed.</summary>
    /// <param name="isAbsent">Whether the PACS does not list the study.</param>
    /// <param name="objects">The number of objects that passed.</param>
    public static string OfNothing(bool isAbsent, int objects) =>
        isAbsent ? "The PACS does not have this study."
        : objects > 0 ? $"The PACS sent {(objects == 1 ? "1 object" : $"{objects} objects")}, but the retriever wrote no file."
        : "The PACS reported success and sent nothing.";

    /// <summary>Describes files that arrived and could not be read.</summary>
    public static string OfUnread(int count) =>
        $"{Objects(count, "arrived and", "arrived and")} could not be read, because another program has the file open. "
            + "Run the same command again.";

    /// <summary>Describes the numbers of instances that do not agree.</summary>
    public static string OfNumbers(StudyFacts facts)
    {
        var says = new List<string>();
        if (facts.Plan.Counted is { } counted)
            says.Add($"counts {Instances(counted)}");
        if (facts.Plan.Listed.Count > 0)
            says.Add($"lists {facts.Plan.Listed.Count}");
        if (facts.Sent is { } sent && sent != facts.Present.Count)
            says.Add($"reports {sent} as sent");
        var text = says.Count > 1
            ? $"{string.Join(", ", says.Take(says.Count - 1))} and {says[says.Count - 1]}"
            : string.Concat(says);
        return $"The PACS {text}; {facts.Present.Count} {(facts.Present.Count == 1 ? "is" : "are")} here.";
    }

    /// <summary>Describes observations, one line per kind.</summary>
    public static IEnumerable<string> Of(IEnumerable<Observation> observations) =>
        from observation in observations
        group observation by observation.Kind into kind
        orderby kind.Key
        let count = kind.Select(one => one.Instance).Distinct().Count()
        select kind.Key switch
        {
            ObservationKind.Surplus => $"{Objects(count, "has", "have")} bytes after the last element. They are kept as they arrived.",
            ObservationKind.CommandMismatch =>
                $"{Objects(count, "was", "were")} announced with another SOP Class or SOP Instance UID than the dataset has. "
                    + "The file header agrees with the dataset.",
            ObservationKind.NotProven =>
                $"{Objects(count, "is", "are")} in a private transfer syntax: the dataset could not be verified to its end.",
            ObservationKind.LongPath =>
                $"{Objects(count, "has a file", "have files")} whose path is longer than 259 characters, which some programs on Windows "
                    + "cannot open. Use a shorter -Destination, or a -Layout with fewer folders.",
            ObservationKind.OtherContent =>
                $"{Objects(count, "arrived", "arrived")} with the UIDs of an instance that is in the archive and with other content. "
                    + "The first one was kept.",
            ObservationKind.OtherStudy => $"{Objects(count, "of another study was", "of another study were")} not kept.",
            _ => $"{Objects(count, "that was not requested was", "that were not requested were")} not kept.",
        };

    private static string Instances(int count) => count == 1 ? "1 instance" : $"{count} instances";

    private static string Objects(int count, string one, string several) => count == 1 ? $"1 object {one}" : $"{count} objects {several}";
}
