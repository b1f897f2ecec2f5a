using PacsNm.Dicom.Network;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>One run of a retriever and its outcome.</summary>
internal sealed record RetrieveAttempt
{
    /// <summary>The retriever and its option.</summary>
    public required RetrieveMethod Method { get; init; }

    /// <summary>What the run asked for.</summary>
    public required RetrieveRequest Request { get; init; }

    /// <summary>Whether the request is for everything that is wanted.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether the request is for a block of a study that several associations share.</summary>
    public bool IsBlock { get; init; }

    /// <summary>How the run ended.</summary>
    public required RetrieverOutcome Outcome { get; init; }

    /// <summary>The number of instances that the run added to the archive.</summary>
    public int Received { get; init; }

    /// <summary>The number of whole objects that were observed.</summary>
    public int Objects { get; init; }

    /// <summary>Whether the PACS refused the whole request.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>The numbers of sub-operations in the last response; null if there were none.</summary>
    public SubOperationCounts? Counts { get; init; }

    /// <summary>The failure that the PACS reported, with its Error Comment; null if there was none.</summary>
    public DimseFailureException? Failure { get; init; }

    /// <summary>Failed SOP Instance UID List (0008,0058).</summary>
    public IReadOnlyCollection<string> FailedUids { get; init; } = [];

    /// <summary>The SOP Instance UIDs of objects that arrived only in part.</summary>
    public IReadOnlyCollection<string> InterruptedUids { get; init; } = [];

    /// <summary>
    /// Whether the PACS ended the request before it tried all of it. It never tried the instances after the one at which it stopped.
    /// </summary>
    public bool EndedBeforeItsEnd => Outcome.End switch
    {
        RetrieveEnd.Success or RetrieveEnd.SuccessWithFailures or RetrieveEnd.NothingToAskFor => false,
        RetrieveEnd.Status when Outcome.Status is { Class: DimseStatusClass.Warning } => false,
        RetrieveEnd.Status when Counts is { } counts && Request.SopInstanceUids is { } uids =>
            counts.Completed + counts.Failed + counts.Warning < uids.Count,
        _ => true,
    };
}

/// <summary>The runs of retrievers for one study.</summary>
internal sealed class RetrieveAttempts
{
    private readonly List<RetrieveAttempt> _all = [];

    /// <summary>All runs in their order.</summary>
    public IReadOnlyList<RetrieveAttempt> All => _all;

    /// <summary>The runs that asked the PACS. A program that cannot be run asks nothing.</summary>
    private IEnumerable<RetrieveAttempt> Asked => _all.Where(attempt => !attempt.Outcome.IsUnusable);

    /// <summary>The number of runs that asked the PACS.</summary>
    public int Count => Asked.Count();

    /// <summary>Whether any object arrived, even one that was rejected.</summary>
    public bool HasObjects => _all.Any(attempt => attempt.Objects > 0 || attempt.Received > 0);

    /// <summary>
    /// The number of runs without a new instance since the last one that had any. All blocks of a study count as one run.
    /// </summary>
    public int Fruitless
    {
        get
        {
            var fruitless = Asked.Reverse().TakeWhile(attempt => attempt.Received == 0).ToLookup(attempt => attempt.IsBlock);
            return fruitless[false].Count() + (fruitless[true].Any() ? 1 : 0);
        }
    }

    /// <summary>
    /// The last run that counts; null if there is none. A run with a single transfer syntax is only a guess and does not count: that the
    /// PACS has nothing in it says less than the runs before.
    /// </summary>
    public RetrieveAttempt? Last => Asked.LastOrDefault(attempt =>
        attempt.Method.Option is null || attempt.Outcome.End == RetrieveEnd.Success || attempt.Received > 0);

    /// <summary>Whether the PACS reported success for the last run that counts.</summary>
    public bool IsLastSuccess => Last is { Outcome.End: RetrieveEnd.Success };

    /// <summary>Whether the PACS reported success for the whole study in one request.</summary>
    public bool IsWholeSuccess => _all.Any(attempt => attempt is { IsWhole: true, Outcome.End: RetrieveEnd.Success });

    /// <summary>Whether the PACS counted failures in its last answer for the whole study.</summary>
    public bool HasSendFailures => Asked.LastOrDefault(attempt => attempt.IsWhole) is { Counts.Failed: > 0 };

    /// <summary>
    /// The number of instances that the PACS counted as sent when it last reported success for the whole study; otherwise null.
    /// </summary>
    public int? Sent => _all.LastOrDefault(attempt => attempt is
    {
        IsWhole: true, Outcome.End: RetrieveEnd.Success, Counts: { Failed: 0, Warning: 0 },
    })?.Counts?.Completed;

    /// <summary>The first failure that the PACS reported; null if there is none.</summary>
    public DimseFailureException? FirstFailure => _all.Select(attempt => attempt.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>Whether the PACS refused every retriever that was tried, and no object arrived.</summary>
    public bool IsRefusedThroughout => Asked.Any() && Asked.All(attempt => attempt.IsRefusal) && !HasObjects;

    /// <summary>Adds a run.</summary>
    public void Add(RetrieveAttempt attempt) => _all.Add(attempt);
}
