using System.Diagnostics;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Retrieval;

/// <summary>
/// Fetches one study as a transaction: plan, stage, verify, file, record; then repair. What arrived whole is filed
/// however it ends, and what the result says is what the files say.
/// </summary>
internal sealed class StudyRetrieval(
    StudyToSave study,
    SaveOptions options,
    RepairLadder ladder,
    AssociationThrottle throttle,
    RetrieveProgress progress,
    Action<string> log)
{
    /// <summary>How long to wait after a success of zero objects: the PACS may be fetching from its archive.</summary>
    private static readonly TimeSpan EmptyPause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan DiskInterval = TimeSpan.FromMilliseconds(200);

    private readonly RetrieveRequest _whole = study.Whole;
    private readonly StudyLedger _ledger = new();
    private StudyPlan _plan = StudyPlan.Unknown;
    private StudyFiling? _filing;
    private Exception? _failure;

    private TimeSpan TimeLimit => options.LimitOf(study);

    /// <summary>Whether all that is wanted is there, by the best that is known of it.</summary>
    private bool IsComplete
    {
        get
        {
            if (_filing is null)
                return false;
            var isEnough = _filing.Present.Count > 0 && _filing.Present.Count >= _plan.Count;
            return _plan.Expectation == SaveExpectation.Instances
                ? (isEnough || IsListBelieved) && !Missing().Any()
                : isEnough;
        }
    }

    /// <summary>
    /// Where a PACS counts more than it lists, whether the list is right: the whole study was sent and had no more, now or
    /// in an earlier run.
    /// </summary>
    private bool IsListBelieved =>
        _ledger.IsWholeSuccess || (_filing!.LastEnd is { Status: nameof(SaveStatus.Complete) } end && end.Expected == _plan.Wanted.Count);

    /// <summary>Fetches the study.</summary>
    /// <param name="stopping">Ends it early; what is whole by then is filed.</param>
    public async Task<RetrievalOutcome> RunAsync(CancellationToken stopping)
    {
        var clock = Stopwatch.StartNew();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ending.CancelAfter(TimeLimit);
        Manifest? manifest = null;
        StagingFolder? staging = null;
        try
        {
            progress.Step = "Opening its record, which another run may have open";
            manifest = await options.Archive.OpenManifestAsync(study.StudyInstanceUid, ending.Token).ConfigureAwait(false);
            _filing = new StudyFiling(options.Archive, options.Layout, manifest, study.StudyInstanceUid, study.Server, options.Force)
            {
                SeriesInstanceUid = study.SeriesInstanceUid,
            };
            await PlanAsync(ending.Token).ConfigureAwait(false);
            if (!IsComplete)
            {
                CheckDisk();
                staging = StagingFolder.Create(options.Archive.StagingParent);
                await RetrieveAsync(staging, ending).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is DicomNetworkException or RetrieverUnusableException)
        {
            _failure = exception;
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            _failure = exception as DestinationException ?? new DestinationException("It cannot be written to", exception);
        }
        catch (OperationCanceledException)
        {
            if (_failure is not DestinationException)
                _failure = stopping.IsCancellationRequested ? null : new TimeoutException($"Not complete within {TimeLimit.TotalSeconds:0.#} s.");
        }

        var isComplete = IsComplete;
        if (isComplete && _failure is not DestinationException)
            _failure = null;
        var reason = _failure?.Message ?? (stopping.IsCancellationRequested ? "Stopped." : null);
        var result = _ledger.Judge(study, _plan, _filing, isComplete, reason, clock.Elapsed);
        if (manifest is not null)
            result = End(manifest, result);
        staging?.Dispose();
        return new RetrievalOutcome(study, result, _failure);
    }

    private async Task PlanAsync(CancellationToken cancellationToken)
    {
        progress.Step = "Asking what the study has";
        var plan = await throttle.RunAsync(() => StudyPlan.AskAsync(study, cancellationToken), cancellationToken).ConfigureAwait(false);
        _plan = plan.Limit(study.MaximumInstances);
        var isPart = study.MaximumInstances is not null || study.SopInstanceUid is not null;
        if (isPart && _plan.Expectation == SaveExpectation.Instances)
            _filing!.Wanted = [.. _plan.Wanted.Keys];
        if (!options.Force)
            _filing!.FindPresent();
    }

    private void CheckDisk()
    {
        if (DiskSpace.FreeBytes(options.Archive.Root) is { } free && free < options.MinimumFreeSpace)
            throw new DiskSpaceLowException(free, options.MinimumFreeSpace);
    }

    /// <summary>Asks, and asks again for what is missing, until nothing is or there is no way left to ask.</summary>
    private async Task RetrieveAsync(StagingFolder staging, CancellationTokenSource ending)
    {
        using var watching = new CancellationTokenSource();
        var watch = WatchDiskAsync(ending, watching.Token);
        try
        {
            progress.Begin("Retrieving", _plan.Count - _filing!.AlreadyPresent);
            await TryAllAsync(ladder.Beginning, staging, ending).ConfigureAwait(false);
            foreach (var (round, number) in ladder.Rounds().Select((round, number) => (round, number)))
            {
                if (IsComplete || !await RepairAsync(round, isFirst: number == 0, staging, ending).ConfigureAwait(false))
                    return;
            }
        }
        finally
        {
            watching.Cancel();
            await watch.ConfigureAwait(false);
        }
    }

    /// <summary>One round of repair.</summary>
    /// <returns>Whether another one may help.</returns>
    private async Task<bool> RepairAsync(Round round, bool isFirst, StagingFolder staging, CancellationTokenSource ending)
    {
        // A success of zero objects is believed the second time; that the PACS has nothing, where it says so twice.
        var isEmpty = _ledger.IsSuccess && _filing!.Present.Count == 0;
        if (isEmpty ? !isFirst : _plan.IsAbsent && _failure is null)
            return false;
        var means = round.Means.Where(CanHelp).ToArray();
        if (means.Length == 0)
            return true;
        progress.Step = "Asking again for what is missing";
        await Task.Delay(isEmpty ? EmptyPause : round.Pause, ending.Token).ConfigureAwait(false);
        await TryAllAsync(means, staging, ending).ConfigureAwait(false);
        return true;
    }

    /// <summary>Tries one way after the other, as long as the PACS can be reached.</summary>
    private async Task TryAllAsync(IEnumerable<Means> several, StagingFolder staging, CancellationTokenSource ending)
    {
        _failure = null;
        try
        {
            foreach (var means in several)
                await TryAsync(means, staging, ending).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception) when (exception is not AssociationRejectedException)
        {
            _failure = exception;
        }
    }

    /// <summary>Whether a way of asking may bring something that is missing, by what is known of its SOP class.</summary>
    private bool CanHelp(Means means)
    {
        var missing = Missing().ToArray();
        return missing.Length == 0 || missing.Any(instance => CanBring(means, instance));
    }

    private static bool CanBring(Means means, PlannedInstance instance) =>
        means.Retriever.Receives(instance.SopClassUid) && (means.Option is null || SopClasses.MayBeImage(instance.SopClassUid));

    private IEnumerable<PlannedInstance> Missing() =>
        _plan.Wanted.Values.Where(instance => !_filing!.Present.Contains(instance.SopInstanceUid));

    /// <summary>Asks in one way for what is missing; for instances by their UIDs as long as that brings something.</summary>
    private async Task TryAsync(Means means, StagingFolder staging, CancellationTokenSource ending)
    {
        int before;
        do
        {
            if (IsComplete || !CanHelp(means))
                return;
            before = _filing!.Present.Count;
            foreach (var request in Requests(means))
            {
                await throttle.RunAsync(() => FetchAsync(means, request, staging, ending), ending.Token).ConfigureAwait(false);
                ending.Token.ThrowIfCancellationRequested();
            }

            ladder.Remember(means, _filing.Present.Count - before);
        }
        while (means.Broadest == RetrieveLevel.Image && _filing.Present.Count > before);
    }

    private IReadOnlyList<RetrieveRequest> Requests(Means means)
    {
        var present = _filing!.Present;
        if (means is { Broadest: RetrieveLevel.Study, Option: null })
            return _plan.Requests(_whole, present, RetrieveLevel.Study);

        // What cannot come this way is not asked for.
        HashSet<string> leftOut = [.. present, .. Missing().Where(instance => !CanBring(means, instance)).Select(instance => instance.SopInstanceUid)];
        return _plan.Requests(_whole, leftOut, means.Broadest);
    }

    /// <summary>Runs a retriever once, and files what it brings while it does, however it ends.</summary>
    /// <returns>Why it may have brought less than all; null if the PACS reported success.</returns>
    private async Task<string?> FetchAsync(Means means, RetrieveRequest request, StagingFolder staging, CancellationTokenSource ending)
    {
        var before = _filing!.Received;
        using var arrivals = new ArrivalQueue(_filing, staging, means.Retriever.Name, ending);
        var observer = new RetrieveObserver { InstanceStored = arrivals.Add, MaximumObjects = MaximumObjects() };
        progress.Add(observer);
        var run = new RetrieverRun(study.Server, request, means.Option, arrivals.Folder, TimeLimit, observer, Log);
        string? reason = "It was ended.";
        try
        {
            return reason = await means.Retriever.RunAsync(run, ending.Token).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            reason = exception.Message;
            throw;
        }
        finally
        {
            await arrivals.FinishAsync(observer).ConfigureAwait(false);
            log($"{means.Retriever.Name.ToLowerInvariant()}: {observer.Objects} C-STORE, final status {observer.FinalStatus?.ToString() ?? "not seen"}");
            _ledger.Add(means.Retriever, request == _whole, reason, observer, _filing.Received - before);
        }

        void Log(string line)
        {
            progress.Read(line, observer);
            log($"{means.Retriever.Name.ToLowerInvariant()}: {line}");
        }
    }

    /// <summary>Where instances cannot be asked for one by one, the relay counts.</summary>
    private int MaximumObjects() => _plan.Expectation != SaveExpectation.Instances && study.MaximumInstances is { } most
        ? most - _filing!.Present.Count
        : int.MaxValue;

    private async Task WatchDiskAsync(CancellationTokenSource ending, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                CheckDisk();
                await Task.Delay(DiskInterval, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DiskSpaceLowException exception)
        {
            _failure = exception;
            ending.Cancel();
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Records how it ended. What is not recorded is not complete.</summary>
    private PacsSavedItem End(Manifest manifest, PacsSavedItem result)
    {
        using (manifest)
        {
            try
            {
                manifest.End(result.Status, result.Expected, study.SeriesInstanceUid);
                return result;
            }
            catch (Exception exception) when (DestinationException.IsFileSystem(exception))
            {
                var failure = new DestinationException("The manifest cannot be written", exception);
                _failure ??= failure;
                return result.Status is SaveStatus.Complete or SaveStatus.Skipped
                    ? result with { Status = SaveStatus.Partial, Reason = failure.Message }
                    : result;
            }
        }
    }
}
