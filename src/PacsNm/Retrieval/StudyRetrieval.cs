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
    private TimeBudget? _budget;
    private Exception? _failure;
    private DiskSpaceLowException? _diskLow;
    private bool _isPlanned;
    private int _rounds;

    private TimeSpan TimeLimit => options.LimitOf(study);

    /// <summary>Whether all that is wanted is there, by the best that is known of it.</summary>
    private bool IsComplete
    {
        get
        {
            if (!_isPlanned || _filing!.Present.Count == 0)
                return false;
            var present = _filing.Present.Count;
            if (_plan.Expectation == SaveExpectation.Instances)
            {
                var isAll = _plan.IsCertain ? present <= _plan.Count || _plan.IsCut : present >= _plan.Count && _plan.Count > _plan.Wanted.Count;
                return !Missing().Any() && (isAll || IsListBelieved);
            }

            return present >= _plan.Count;
        }
    }

    /// <summary>
    /// Where a PACS counts more than it lists, or sends more, or may list no more than so many: whether it is right all the
    /// same. It sent the whole study and reported success, now or in an earlier run.
    /// </summary>
    private bool IsListBelieved =>
        _ledger.IsWholeSuccess || (_filing!.LastEnd is { Status: nameof(SaveStatus.Complete) } end && end.Expected == _filing.Present.Count);

    /// <summary>Fetches the study.</summary>
    /// <param name="stopping">Ends it early; what is whole by then is filed.</param>
    public async Task<RetrievalOutcome> RunAsync(CancellationToken stopping)
    {
        var clock = Stopwatch.StartNew();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        PacsSavedItem? result = null;
        try
        {
            // As long for another run to end as for this one to work.
            ending.CancelAfter(TimeLimit);
            progress.Step = "Opening its record, which another run may have open";
            using var manifest = await options.Archive.OpenManifestAsync(study.StudyInstanceUid, ending.Token).ConfigureAwait(false);
            _budget = new TimeBudget(TimeLimit, ending);
            await RunAsync(manifest, ending, stopping).ConfigureAwait(false);
            result = End(manifest, Judge());
        }
        catch (Exception exception) when (Note(exception, stopping))
        {
        }

        return new RetrievalOutcome(study, result ?? Judge(), _failure);

        PacsSavedItem Judge()
        {
            var isComplete = IsComplete;
            if (isComplete && _failure is not DestinationException)
                _failure = null;
            var reason = _failure?.Message ?? (stopping.IsCancellationRequested ? "Stopped." : null);
            return _ledger.Judge(study, _plan, _filing, isComplete, reason, clock.Elapsed);
        }
    }

    private async Task RunAsync(Manifest manifest, CancellationTokenSource ending, CancellationToken stopping)
    {
        StagingFolder? staging = null;
        try
        {
            FindPresent(manifest);
            await PlanAsync(ending.Token).ConfigureAwait(false);
            if (IsComplete)
                return;
            CheckDisk();
            staging = StagingFolder.Create(options.Archive.StagingParent);
            await RetrieveAsync(staging, ending).ConfigureAwait(false);
        }
        catch (Exception exception) when (Note(exception, stopping))
        {
        }
        finally
        {
            staging?.Dispose();
        }
    }

    /// <summary>Notes what ended the retrieval early, if it is something that may.</summary>
    private bool Note(Exception exception, CancellationToken stopping)
    {
        _failure = exception switch
        {
            OperationCanceledException when _diskLow is not null => _diskLow,
            OperationCanceledException when stopping.IsCancellationRequested => null,
            OperationCanceledException => new TimeoutException($"Not complete within {TimeLimit.TotalSeconds:0.#} s."),
            DestinationException or DicomNetworkException or RetrieverUnusableException => exception,
            _ when DestinationException.IsFileSystem(exception) => new DestinationException("It cannot be written to", exception),
            _ => _failure,
        };
        return exception is OperationCanceledException or DicomNetworkException or RetrieverUnusableException || DestinationException.IsFileSystem(exception);
    }

    private void FindPresent(Manifest manifest)
    {
        _filing = new StudyFiling(options.Archive, options.Layout, manifest, study.StudyInstanceUid)
        {
            Source = study.Server,
            Replace = options.Force,
            SeriesInstanceUid = study.SeriesInstanceUid,
            Wanted = study.SopInstanceUid is null ? null : [study.SopInstanceUid],
            MaximumReceived = study.MaximumInstances ?? int.MaxValue,
        };
        if (!options.Force)
            _filing.FindPresent(options.LocatorOf(study));
    }

    private async Task PlanAsync(CancellationToken cancellationToken)
    {
        progress.Step = "Asking what the study has";
        var plan = await InTurnAsync(() => PlanQuery.AskAsync(study, cancellationToken), cancellationToken).ConfigureAwait(false);
        _plan = plan.Limit(study.MaximumInstances, _filing!.Present);
        _isPlanned = true;
        if (_plan is { IsCut: true, Instances.Count: > 0 })
            _filing.Wanted = [.. _plan.Wanted.Keys];
    }

    /// <summary>Does what needs an association, when it is the study's turn: waiting for that is not in its time.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> association, CancellationToken cancellationToken)
    {
        _budget!.Pause();
        try
        {
            return await throttle.RunAsync(
                () =>
                {
                    _budget.Resume();
                    return association();
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _budget.Resume();
        }
    }

    private void CheckDisk()
    {
        if (DiskSpace.FreeBytes(options.Archive.Root) is { } free && free < options.MinimumFreeSpace)
            throw new DiskSpaceLowException(free, options.MinimumFreeSpace, "are to stay free");
    }

    /// <summary>Asks, and asks again for what is missing, until nothing is or there is no way left to ask.</summary>
    private async Task RetrieveAsync(StagingFolder staging, CancellationTokenSource ending)
    {
        using var watching = new CancellationTokenSource();
        var watch = WatchDiskAsync(ending, watching.Token);
        try
        {
            progress.Begin("Retrieving", _plan.Count - _filing!.Present.Count);
            await TryAllAsync(ladder.Beginning, staging, ending).ConfigureAwait(false);
            foreach (var round in ladder.Rounds())
            {
                if (IsComplete || !await RepairAsync(round, staging, ending).ConfigureAwait(false))
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
    private async Task<bool> RepairAsync(IReadOnlyList<Means> round, StagingFolder staging, CancellationTokenSource ending)
    {
        // What nobody lists is believed to be nothing the second time, and to be all that came with a success.
        var isEmpty = _ledger.IsSuccess && _filing!.Present.Count == 0;
        var isUnlisted = _plan.Expectation != SaveExpectation.Instances;
        if (isUnlisted && isEmpty ? _rounds > 0 : _plan.IsAbsent && _failure is null)
            return false;
        if (_plan.Expectation == SaveExpectation.None && _ledger.IsWholeSuccess && !isEmpty)
            return false;
        var means = round.Where(CanHelp).ToArray();
        if (means.Length == 0)
            return true;
        progress.Step = "Asking again for what is missing";
        await Task.Delay(isEmpty && _rounds == 0 ? EmptyPause : RepairLadder.PauseAfter(_rounds), ending.Token).ConfigureAwait(false);
        _rounds++;
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
    private bool CanHelp(Means means) => Missing().Any() ? ToAskFor().Any(instance => CanBring(means, instance)) : !IsComplete;

    private static bool CanBring(Means means, PlannedInstance instance) =>
        means.Retriever.Receives(instance.SopClassUid) && (means.Option is null || SopClasses.MayBeImage(instance.SopClassUid));

    private IEnumerable<PlannedInstance> Missing() =>
        _plan.Wanted.Values.Where(instance => !_filing!.Present.Contains(instance.SopInstanceUid));

    private IEnumerable<PlannedInstance> ToAskFor() =>
        Missing().Where(instance => !_filing!.Unfileable.Contains(instance.SopInstanceUid));

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
                await InTurnAsync(() => FetchAsync(means, request, staging, ending), ending.Token).ConfigureAwait(false);
                ending.Token.ThrowIfCancellationRequested();
            }

            ladder.Remember(means, _filing.Present.Count - before);
        }
        while (means.Broadest == RetrieveLevel.Image && _filing.Present.Count > before);
    }

    private IReadOnlyList<RetrieveRequest> Requests(Means means)
    {
        HashSet<string> leftOut = [.. _filing!.Present, .. _filing.Unfileable];

        // What cannot come this way is not asked for, but in a request for all.
        if (means is not { Broadest: RetrieveLevel.Study, Option: null })
            leftOut.UnionWith(Missing().Where(instance => !CanBring(means, instance)).Select(instance => instance.SopInstanceUid));
        return _plan.Requests(_whole, leftOut, means.Broadest);
    }

    /// <summary>Runs a retriever once, and files what it brings while it does, however it ends.</summary>
    /// <returns>Why it may have brought less than all; null if the PACS reported success.</returns>
    private async Task<string?> FetchAsync(Means means, RetrieveRequest request, StagingFolder staging, CancellationTokenSource ending)
    {
        var before = _filing!.Received;
        using var arrivals = new ArrivalQueue(_filing, staging, means.Retriever.Name, ending);
        var observer = new RetrieveObserver { InstanceStored = arrivals.AddByUid, MaximumObjects = MaximumObjects() };
        progress.Add(observer);
        var sopClasses = Missing().Select(instance => instance.SopClassUid).Distinct().ToArray();
        var run = new RetrieverRun(
            study.Server, request, means.Option, sopClasses, arrivals.Folder, TimeLimit, observer, arrivals.Add, Log);
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
            _ledger.Add(means, request == _whole, reason, observer, _filing.Received - before);
            if (_plan is { IsCut: false, Expectation: SaveExpectation.None or SaveExpectation.SubOperations } && _ledger.CompletedSubOperations is > 0 and var sent)
                _plan = _plan with { Expectation = SaveExpectation.SubOperations, Count = sent };
            CheckRoom(reason, observer);
        }

        void Log(string line)
        {
            progress.Read(line, observer);
            log($"{means.Retriever.Name.ToLowerInvariant()}: {line}");
        }
    }

    /// <summary>Where instances cannot be asked for one by one, the relay counts.</summary>
    private int MaximumObjects() => _plan.Instances.Count == 0 && study.MaximumInstances is { } most
        ? most - _filing!.Received
        : int.MaxValue;

    /// <summary>What a full disk did, a retriever reports as it reports all else: the PACS is not to be asked again for it.</summary>
    private void CheckRoom(string? reason, RetrieveObserver observer)
    {
        var lost = observer.DatasetLengths.Where(sent => !_filing!.Present.Contains(sent.Key)).Select(sent => sent.Value).DefaultIfEmpty(0).Max();
        if (reason is not null && lost > 0 && DiskSpace.FreeBytes(options.Archive.Root) is { } free && free < lost)
            throw new DiskSpaceLowException(free, lost, "are needed for an instance");
    }

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
            _diskLow = exception;
            ending.Cancel();
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Records how it ended. What is not recorded is not complete; what the PACS was not asked about is as it was.</summary>
    private PacsSavedItem End(Manifest manifest, PacsSavedItem result)
    {
        if (!_isPlanned)
            return result;
        try
        {
            if (_plan.IsCut)
                manifest.End(SaveStatus.Partial, _plan.Instances.Count == 0 ? null : _plan.Instances.Count, study.SeriesInstanceUid);
            else
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
