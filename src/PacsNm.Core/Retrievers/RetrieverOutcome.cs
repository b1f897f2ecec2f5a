using PacsNm.Dicom.Network;

namespace PacsNm.Retrievers;

/// <summary>How a run of a retriever ended. The objects that it brought are files in its folder.</summary>
/// <param name="End">The kind of end.</param>
internal sealed record RetrieverOutcome(RetrieveEnd End)
{
    /// <summary>The operation: C-GET or C-MOVE.</summary>
    public string Operation { get; init; } = "C-GET";

    /// <summary>The final status; null if none was seen.</summary>
    public DimseStatus? Status { get; init; }

    /// <summary>The failed sub-operations that the PACS counted (0000,1022).</summary>
    public int FailedSubOperations { get; init; }

    /// <summary>The output of the program, without control characters, for <see cref="RetrieveEnd.ProgramFailure"/>.</summary>
    public string ProgramText { get; init; } = "";

    /// <summary>Whether the program cannot be run at all, for <see cref="RetrieveEnd.ProgramFailure"/>.</summary>
    public bool IsUnusable { get; init; }

    /// <summary>Why there was no association or why it failed, for <see cref="RetrieveEnd.NetworkFailure"/>.</summary>
    public DicomNetworkException? Failure { get; init; }

    /// <summary>The PACS reported success.</summary>
    public static RetrieverOutcome Success { get; } = new(RetrieveEnd.Success);

    /// <summary>The module ended the run.</summary>
    public static RetrieverOutcome Ended { get; } = new(RetrieveEnd.Ended);

    /// <summary>The retriever had nothing to ask for.</summary>
    public static RetrieverOutcome NothingToAskFor { get; } = new(RetrieveEnd.NothingToAskFor);

    /// <summary>There was no association, or it failed.</summary>
    public static RetrieverOutcome Of(DicomNetworkException failure) => failure is DimseFailureException refusal
        ? new(RetrieveEnd.Status) { Status = refusal.Status, Failure = failure }
        : new(RetrieveEnd.NetworkFailure) { Failure = failure };

    /// <summary>The program cannot be run.</summary>
    public static RetrieverOutcome Of(RetrieverUnusableException failure) =>
        new(RetrieveEnd.ProgramFailure) { ProgramText = failure.Message, IsUnusable = true };

    /// <summary>The outcome of a C-GET that an observer saw.</summary>
    public static RetrieverOutcome Of(RetrieveObserver observer) => observer switch
    {
        { Ending: { } ending } => Of(ending),
        { FinalStatus: null } => new(RetrieveEnd.AssociationEnded),
        { FinalStatus: { } status } when status != DimseStatus.Success =>
            new(RetrieveEnd.Status) { Status = status, FailedSubOperations = observer.SubOperations?.Failed ?? 0 },
        { SubOperations.Failed: > 0 and var failed } => new(RetrieveEnd.SuccessWithFailures) { FailedSubOperations = failed },
        _ => Success,
    };

    /// <summary>Whether the PACS refused the whole request: it reported a failure, and performed or tried no sub-operation.</summary>
    /// <param name="observer">What was observed.</param>
    public bool IsRefusal(RetrieveObserver observer) =>
        (Status is { Class: DimseStatusClass.Failure } && observer.Objects == 0
            && observer.SubOperations is null or { Completed: 0, Failed: 0, Warning: 0 })
        || Failure is AssociationRejectedException;
}
