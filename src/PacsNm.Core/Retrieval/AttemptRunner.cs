using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>
/// Runs retrievers for one study. Each run has a folder, an observer and the study's time limit. The files of a run are added to the
/// archive while it continues, and also if it fails. Several runs may be under way.
/// </summary>
/// <param name="study">The study.</param>
/// <param name="state">What is known of the study.</param>
/// <param name="intake">Adds the files that arrive.</param>
/// <param name="staging">The folder to create the folders of runs in.</param>
/// <param name="ending">Ends all runs. It is cancelled here if the archive cannot be written to.</param>
/// <param name="limit">How long the study may take.</param>
/// <param name="progress">Shows the progress of the study.</param>
/// <param name="log">Receives the lines that programs write; null for none.</param>
internal sealed class AttemptRunner(
    StudyToSave study,
    StudyState state,
    StudyIntake intake,
    StagingFolder staging,
    CancellationTokenSource ending,
    TimeSpan limit,
    RetrieveProgress progress,
    Action<string>? log)
{
    private readonly RetrieveRequest _whole = study.Whole;
    private readonly object _gate = new();
    private readonly List<(RetrieveObserver Observer, CancellationTokenSource Ending)> _runs = [];
    private DestinationException? _destinationFailure;
    private bool _isClosing;

    /// <summary>The request for everything that is wanted.</summary>
    public RetrieveRequest Whole => _whole;

    /// <summary>Why the archive cannot be written to; null if it can.</summary>
    public DestinationException? DestinationFailure => _destinationFailure;

    /// <summary>Sends no further request, and ends the retrieval when each run has received the object that is on its way.</summary>
    public void Close()
    {
        (RetrieveObserver Observer, CancellationTokenSource Ending)[] runs;
        lock (_gate)
        {
            _isClosing = true;
            runs = [.. _runs];
        }

        foreach (var run in runs)
            run.Observer.AfterObject(() => End(run.Ending));
        EndIfClosed();
    }

    /// <summary>Runs a retriever once and records the outcome.</summary>
    /// <param name="method">The retriever and its option.</param>
    /// <param name="request">What to ask for.</param>
    /// <param name="place">The place for its association.</param>
    /// <param name="block">The block of a shared study that is requested; null for any other request.</param>
    /// <exception cref="DicomNetworkException">There was no association.</exception>
    /// <exception cref="RetrieverUnusableException">The program cannot be run.</exception>
    public async Task<RetrieveAttempt> RunAsync(
        RetrieveMethod method,
        RetrieveRequest request,
        AssociationPlace place,
        BlockRun? block = null)
    {
        var arrivals = new ArrivalQueue(intake, staging, method.Retriever.Kind, ending);
        var observer = new RetrieveObserver
        {
            InstanceStored = arrivals.AddByUid,
            MaximumObjects = MaximumObjects,
            ObjectTimed = place.ObjectTimed,
            Associated = block is null ? null : block.SetAssociated,
        };
        if (Enter(observer, block?.Token ?? ending.Token) is not { } entered)
        {
            await arrivals.FinishAsync(observer).ConfigureAwait(false);
            throw new OperationCanceledException();
        }

        using var running = entered;
        progress.Add(observer);
        var name = method.Retriever.Kind.ToString().ToLowerInvariant();
        var isFirst = block is not null || state.Attempts.Count == 0;
        var sopClasses = intake.Read(() => SopClasses(isFirst ? _whole : request));
        var run = new RetrieverRun(
            study.Server, place, isFirst, request, method.Option, sopClasses, arrivals.Folder, limit, observer, arrivals.Add,
            RemainingAsync, Log, log is not null);
        var outcome = RetrieverOutcome.Ended;
        Exception? thrown = null;
        try
        {
            outcome = await method.Retriever.RunAsync(run, running.Token).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            (outcome, thrown) = (RetrieverOutcome.Of(exception), exception);
        }
        catch (RetrieverUnusableException exception)
        {
            (outcome, thrown) = (RetrieverOutcome.Of(exception), exception);
        }
        catch (Exception exception) when (exception is OperationCanceledException || FileFailure.Is(exception))
        {
            thrown = exception;
        }
        finally
        {
            Leave(running);
        }

        var destinationFailure = await arrivals.FinishAsync(observer).ConfigureAwait(false);
        Interlocked.CompareExchange(ref _destinationFailure, destinationFailure, null);
        log?.Invoke($"{name}: {observer.Objects} C-STORE, final status {observer.FinalStatus?.ToString() ?? "not seen"}");
        var attempt = Record(method, request, outcome, observer, arrivals.Received) with { IsBlock = block is not null };

        // A further association that the PACS does not allow says nothing about the study.
        if (block is not ({ IsFurther: true } or { IsTakenBack: true }) || thrown is null || attempt.Received > 0)
            intake.Locked(() => state.Attempts.Add(attempt));
        if (thrown is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(thrown).Throw();
        if (outcome.End != RetrieveEnd.Success && LargestLost(observer) is > 0 and var lost)
            CheckRoom(lost);
        return attempt;

        async Task<IReadOnlyList<RetrieveRequest>> RemainingAsync()
        {
            await arrivals.DrainAsync().ConfigureAwait(false);
            return intake.Read(() => Remaining(request));
        }

        void Log(string line)
        {
            progress.Read(line, observer);
            log?.Invoke($"{name}: {line}");
        }
    }

    /// <summary>Begins a run, which ends with the token or by <see cref="Close"/>.</summary>
    /// <returns>Null if no run may begin any more.</returns>
    private CancellationTokenSource? Enter(RetrieveObserver observer, CancellationToken token)
    {
        lock (_gate)
        {
            if (_isClosing)
                return null;
            var running = CancellationTokenSource.CreateLinkedTokenSource(token);
            _runs.Add((observer, running));
            return running;
        }
    }

    private void Leave(CancellationTokenSource running)
    {
        lock (_gate)
            _runs.RemoveAll(run => run.Ending == running);
        EndIfClosed();
    }

    private static void End(CancellationTokenSource running)
    {
        try
        {
            running.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended in the meantime.
        }
    }

    /// <summary>Ends the retrieval if no run is left that has to receive an object.</summary>
    private void EndIfClosed()
    {
        lock (_gate)
        {
            if (!_isClosing || _runs.Count > 0)
                return;
        }

        ending.Cancel();
    }

    /// <summary>The most objects to accept. Only a study without a list needs it: otherwise single instances are requested.</summary>
    private int MaximumObjects => state.Plan is { Listed.Count: 0 } && study.MaximumInstances is { } most
        ? most - intake.Received.Count
        : int.MaxValue;

    private RetrieveAttempt Record(
        RetrieveMethod method,
        RetrieveRequest request,
        RetrieverOutcome outcome,
        RetrieveObserver observer,
        int received)
    {
        return new RetrieveAttempt
        {
            Method = method,
            Request = request,
            IsWhole = ReferenceEquals(request, _whole),
            Outcome = outcome,
            Received = received,
            Objects = observer.Objects,
            IsRefusal = outcome.IsRefusal(observer),
            Counts = observer.SubOperations,
            Failure = observer.Failure ?? outcome.Failure as DimseFailureException,
            FailedUids = observer.FailedSopInstanceUids,
            InterruptedUids =
            [
                .. observer.DatasetLengths.Where(sent => sent.Value == RetrieveObserver.Unfinished).Select(sent => sent.Key),
            ],
        };
    }

    /// <summary>The SOP classes of the instances to come; null stands for a class that the PACS does not return.</summary>
    private string?[] SopClasses(RetrieveRequest request) =>
        [.. state.Missing.Where(IsIn(request)).Select(instance => instance.SopClassUid).Distinct()];

    private static Func<PlannedInstance, bool> IsIn(RetrieveRequest request)
    {
        var uids = request.SopInstanceUids is { } list ? new HashSet<string>(list) : null;
        return instance => (request.SeriesInstanceUid is null || request.SeriesInstanceUid == instance.Key.SeriesInstanceUid)
            && uids?.Contains(instance.Key.SopInstanceUid) != false;
    }

    private IReadOnlyList<RetrieveRequest> Remaining(RetrieveRequest request)
    {
        if (state.Plan is not { Listed.Count: > 0 } plan)
            return [request];
        var isIn = IsIn(request);
        bool IsAskable(PlannedInstance instance) => isIn(instance) && state.IsAskable(instance);
        return plan.Wanted.Any(IsAskable) ? plan.Requests(_whole, IsAskable, RetrieveLevel.Study) : [];
    }

    /// <summary>The length in bytes of the largest object that arrived and is not in the archive.</summary>
    private long LargestLost(RetrieveObserver observer)
    {
        var present = intake.Read(() => new HashSet<string>(state.Present.Select(instance => instance.SopInstanceUid)));
        return observer.DatasetLengths.Where(sent => !present.Contains(sent.Key)).Select(sent => sent.Value).DefaultIfEmpty(0).Max();
    }

    /// <summary>A retriever reports a full disk like any other failure. In that case the PACS must not be asked again.</summary>
    private void CheckRoom(long lost)
    {
        if (DiskSpace.FreeBytes(staging.Path) is { } free && free < lost)
            throw new DiskSpaceLowException(free, lost, "are needed for an instance");
    }
}
