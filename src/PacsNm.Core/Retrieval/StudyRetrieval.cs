using System.Diagnostics;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>
/// Retrieves one study as a transaction: plan, stage, verify, file, record; then repair. Files that arrived whole are added to the archive
/// however the retrieval ends, and the result depends only on the files on disk.
/// </summary>
internal sealed class StudyRetrieval(
    StudyToSave study,
    SaveOptions options,
    RepairPlan repairPlan,
    AssociationPool pool,
    RetrieveProgress progress,
    Action<string>? log)
{
    private readonly TimeSpan _limit = options.LimitOf(study);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private AttemptRunner? _runner;

    /// <summary>Retrieves the study.</summary>
    /// <param name="stopping">Ends the retrieval early. Files that arrived whole by then are added to the archive.</param>
    /// <param name="closing">The same, but an object that is on its way is received first.</param>
    public async Task<RetrievalOutcome> RunAsync(CancellationToken stopping, CancellationToken closing)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // On a thread of its own: what waits for the token goes on in the call that cancels it.
        using var closed = closing.Register(() => Task.Run(() => Close(ending)));
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(stopping, closing);
        try
        {
            // Another run may take as long as this one.
            ending.CancelAfter(_limit);
            progress.Step = "Opening its record, which another run may have open";
            using var manifest = await OpenManifestAsync(ending.Token, stopped.Token).ConfigureAwait(false);
            var intake = new StudyIntake(options.Archive, options.Layout, manifest, study.StudyInstanceUid)
            {
                Source = study.Server,
                Patience = new FilePatience(stopping),
                Replace = options.Force,
                SeriesInstanceUid = study.SeriesInstanceUid,
                Wanted = study.SopInstanceUid is null ? null : [new InstanceKey(study.SeriesInstanceUid!, study.SopInstanceUid)],
                MaximumReceived = study.MaximumInstances ?? int.MaxValue,
            };
            var state = new StudyState(intake, study.Availability);
            var end = await RetrieveAsync(state, intake, ending, stopped.Token).ConfigureAwait(false);
            return Conclude(state, intake, manifest, end);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException || FileFailure.Is(exception))
        {
            // The archive could not be opened, so nothing is known of the study.
            var end = EndOf(exception, diskLow: null, stopped.Token);
            var result = study.NewResult() with
            {
                Status = SaveStatus.Failed,
                Reason = ReasonText.Of(end),
                Duration = _clock.Elapsed,
            };
            return new RetrievalOutcome(study, result, end.Failure, FirstFailure: null);
        }
    }

    private void Close(CancellationTokenSource ending)
    {
        try
        {
            if (_runner is { } runner)
                runner.Close();
            else
                ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The retrieval has ended in the meantime.
        }
    }

    /// <summary>Opens the manifest of the study, which also locks the study.</summary>
    /// <exception cref="StudyLockedException">Another program has it open.</exception>
    private async Task<Manifest> OpenManifestAsync(CancellationToken ending, CancellationToken stopping)
    {
        try
        {
            return await options.Archive.OpenManifestAsync(study.StudyInstanceUid, ending).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new StudyLockedException(_limit);
        }
    }

    /// <summary>Plans and retrieves.</summary>
    /// <returns>Why it ended early, if it did.</returns>
    private async Task<EarlyEnd> RetrieveAsync(
        StudyState state,
        StudyIntake intake,
        CancellationTokenSource ending,
        CancellationToken stopping)
    {
        using var watch = new DiskWatch(options.Archive.Root, options.MinimumFreeSpace, ending);
        try
        {
            if (!options.Force)
                intake.FindPresent(options.LocatorOf(study));
            var turns = new Turns(study.Server, pool, new TimeBudget(_limit, ending), ending.Token);
            progress.Step = "Asking what the study has";
            var plan = await turns.TakeAsync(place => PlanQuery.AskAsync(study, place, ending.Token)).ConfigureAwait(false);
            state.Plan = plan.Limit(study.MaximumInstances, intake.Present);
            if (state.Plan is { Maximum: not null, Wanted.Count: > 0 })
                intake.Wanted = [.. state.Plan.Wanted.Select(instance => instance.Key)];
            if (state.IsComplete)
                return EarlyEnd.None;
            watch.Begin();
            using var staging = StagingFolder.Create(options.Archive.StagingParent);
            var runner = _runner = new AttemptRunner(study, state, intake, staging, ending, _limit, progress, log);
            var sharing = new StudySharing(state, intake, runner, turns, ending.Token);
            return await AskAsync(state, runner, sharing, turns, ending, stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return EndOf(exception, watch.Failure, stopping);
        }
    }

    private async Task<EarlyEnd> AskAsync(
        StudyState state,
        AttemptRunner runner,
        StudySharing sharing,
        Turns turns,
        CancellationTokenSource ending,
        CancellationToken stopping)
    {
        var repair = new StudyRepair(
            state,
            runner.Whole,
            repairPlan,
            sharing.TryAsync,
            (method, request) => turns.TakeAsync(place => runner.RunAsync(method, request, place)),
            wait =>
            {
                progress.Step = "Asking again for what is missing";
                return Task.Delay(wait, ending.Token);
            });
        progress.Begin("Retrieving", state.Plan!.Maximum ?? Expected(state.Plan) - state.Present.Count);
        try
        {
            await repair.RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (runner.DestinationFailure is not null && !stopping.IsCancellationRequested)
        {
            // The run was ended for this reason.
        }

        return runner.DestinationFailure is { } failure ? EarlyEnd.Of(MissingReason.DestinationUnusable, failure)
            : repair.Unreachable is { } unreachable ? EarlyEnd.Of(MissingReason.NetworkFailure, unreachable)
            : repair.IsLimitReached ? EarlyEnd.Of(MissingReason.RequestLimitReached)
            : EarlyEnd.None;
    }

    private static int? Expected(StudyPlan plan) => plan.Listed.Count > 0 ? Math.Max(plan.Listed.Count, plan.Counted ?? 0) : plan.Counted;

    private static bool IsEnd(Exception exception) =>
        exception is OperationCanceledException or DicomNetworkException or RetrieverUnusableException || FileFailure.Is(exception);

    private EarlyEnd EndOf(Exception exception, DiskSpaceLowException? diskLow, CancellationToken stopping) => exception switch
    {
        OperationCanceledException when diskLow is not null => EarlyEnd.Of(MissingReason.DestinationUnusable, diskLow),
        OperationCanceledException when stopping.IsCancellationRequested => EarlyEnd.Of(MissingReason.Stopped),
        OperationCanceledException => EarlyEnd.Of(
            MissingReason.TimedOut, new TimeoutException($"Not complete within {_limit.TotalSeconds:0.#} s.")),
        TimeoutException => EarlyEnd.Of(MissingReason.TimedOut, exception),
        DicomNetworkException or RetrieverUnusableException => EarlyEnd.Of(MissingReason.NetworkFailure, exception),
        DestinationException => EarlyEnd.Of(MissingReason.DestinationUnusable, exception),
        _ => EarlyEnd.Of(MissingReason.DestinationUnusable, new DestinationException("It cannot be written to", exception)),
    };

    /// <summary>Gives the verdict and records it. A study that cannot be recorded is not complete.</summary>
    private RetrievalOutcome Conclude(StudyState state, StudyIntake intake, Manifest manifest, EarlyEnd end)
    {
        var verdict = StudyVerdict.Of(state.Facts(end.IsEarly));

        // If everything is in the archive, earlier failures do not matter, unless nothing more can be written.
        if (verdict.Gap == ProofGap.None && end.Failure is not DestinationException)
            end = EarlyEnd.None;
        var result = StudyResult.Make(study, state, intake, verdict, end, _clock.Elapsed);
        try
        {
            Record(state, intake, manifest, verdict, result);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            var failure = new DestinationException("The manifest cannot be written", exception);
            if (end.Failure is null)
                end = EarlyEnd.Of(MissingReason.DestinationUnusable, failure);
            if (verdict.Gap == ProofGap.None)
                result = result with { Status = SaveStatus.Partial, Reason = failure.Message };
        }

        return new RetrievalOutcome(study, result, end.Failure, state.Attempts.FirstFailure);
    }

    /// <summary>
    /// Ends the run in the manifest. The files are on stable storage before the line is written. If the PACS was not asked what the study
    /// has, the manifest stays unchanged.
    /// </summary>
    private void Record(StudyState state, StudyIntake intake, Manifest manifest, StudyVerdict verdict, PacsSavedItem result)
    {
        if (state.Plan is not { } plan)
            return;
        if (options.IsSynced && intake.NewFiles.Count > 0)
            StableStorage.Flush(options.Archive.ManifestFolder, intake.NewFiles);
        var isLimited = plan.Maximum is not null;
        var status = isLimited ? SaveStatus.Partial : result.Status == SaveStatus.Skipped ? SaveStatus.Complete : result.Status;
        options.Archive.End(manifest, study.StudyInstanceUid, new ManifestEntry
        {
            Status = status.ToString(),
            Expected = isLimited ? Expected(plan) : result.Expected,
            SeriesInstanceUid = study.SeriesInstanceUid,
            Counted = plan.Counted,
            Listed = plan.Listed.Count > 0 ? plan.Listed.Count : null,
            Missing = verdict.Missing.Count > 0 ? [.. verdict.Missing.Select(instance => instance.Key.SopInstanceUid)] : null,
            AsOf = plan.AsOf is { } asOf ? ManifestEntry.TimeText(asOf) : null,
        });
    }
}

/// <summary>Another program has the manifest of a study open, which locks the study.</summary>
/// <param name="limit">How long the retrieval waited.</param>
internal sealed class StudyLockedException(TimeSpan limit) : TimeoutException(
    $"Nothing was retrieved within {limit.TotalSeconds:0.#} s, because another run or program had the manifest of the study open.");
