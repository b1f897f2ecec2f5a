using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <content>How instances are asked for: as a whole, then what is missing, in one way after the other.</content>
internal sealed partial class StudyRetrieval
{
    /// <summary>How long to wait after a success of zero objects: the PACS may be fetching from its archive.</summary>
    private static readonly TimeSpan EmptyPause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan DiskInterval = TimeSpan.FromMilliseconds(200);

    private int _rounds;

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
    private async Task<bool> RepairAsync(IReadOnlyList<RetrieveMethod> round, StagingFolder staging, CancellationTokenSource ending)
    {
        // What nobody lists is believed to be nothing the second time, and to be all that came with a success.
        var isEmpty = _ledger.IsSuccess && _filing!.Present.Count == 0;
        var isUnlisted = _plan.Expectation != SaveExpectation.Instances;
        if (isUnlisted && isEmpty ? _rounds > 0 : _plan.IsAbsent && _failure is null)
            return false;
        if (_plan.Expectation == SaveExpectation.None && _ledger.IsWholeSuccess && !isEmpty)
            return false;
        var means = round.Where(CanHelp).Take(isUnlisted && isEmpty ? 1 : int.MaxValue).ToArray();
        if (means.Length == 0)
            return true;
        progress.Step = "Asking again for what is missing";
        await Task.Delay(isEmpty && _rounds == 0 ? EmptyPause : RepairPlan.PauseAfter(_rounds), ending.Token).ConfigureAwait(false);
        _rounds++;
        await TryAllAsync(means, staging, ending).ConfigureAwait(false);
        return true;
    }

    /// <summary>Tries one way after the other, as long as the PACS can be reached.</summary>
    private async Task TryAllAsync(IEnumerable<RetrieveMethod> several, StagingFolder staging, CancellationTokenSource ending)
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
    private bool CanHelp(RetrieveMethod means) => Missing().Any()
        ? ToAskFor().Any(instance => CanBring(means, instance))
        : !IsComplete && means is { Broadest: RetrieveLevel.Study, Option: null };

    private static bool CanBring(RetrieveMethod means, PlannedInstance instance) =>
        means.Retriever.Receives(instance.SopClassUid) && (means.Option is null || SopClasses.MayBeImage(instance.SopClassUid));

    private IEnumerable<PlannedInstance> Missing() =>
        _plan.Wanted.Values.Where(instance => !_filing!.Present.Contains(instance.SopInstanceUid));

    private IEnumerable<PlannedInstance> ToAskFor() =>
        Missing().Where(instance => !_filing!.Unfileable.Contains(instance.SopInstanceUid));

    /// <summary>Asks in one way for what is missing; for instances by their UIDs as long as that brings something.</summary>
    private async Task TryAsync(RetrieveMethod means, StagingFolder staging, CancellationTokenSource ending)
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

    private IReadOnlyList<RetrieveRequest> Requests(RetrieveMethod means)
    {
        HashSet<string> leftOut = [.. _filing!.Present, .. _filing.Unfileable];

        // What cannot come this way is not asked for, but in a request for all.
        if (means is not { Broadest: RetrieveLevel.Study, Option: null })
            leftOut.UnionWith(Missing().Where(instance => !CanBring(means, instance)).Select(instance => instance.SopInstanceUid));
        return _plan.Requests(_whole, leftOut, means.Broadest);
    }

    /// <summary>Runs a retriever once, and files what it brings while it does, however it ends.</summary>
    /// <returns>Why it may have brought less than all; null if the PACS reported success.</returns>
    private async Task<string?> FetchAsync(RetrieveMethod means, RetrieveRequest request, StagingFolder staging, CancellationTokenSource ending)
    {
        var before = _filing!.Received;
        var sopClasses = Missing().Select(instance => instance.SopClassUid).Distinct().ToArray();
        var arrivals = new ArrivalQueue(_filing, staging, means.Retriever.Name, ending);
        var observer = new RetrieveObserver { InstanceStored = arrivals.AddByUid, MaximumObjects = MaximumObjects() };
        progress.Add(observer);
        var run = new RetrieverRun(
            study.Server, request, means.Option, sopClasses, arrivals.Folder, TimeLimit, observer, arrivals.Add, Log, log is not null);
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
            log?.Invoke($"{means.Retriever.Name.ToLowerInvariant()}: {observer.Objects} C-STORE, final status {observer.FinalStatus?.ToString() ?? "not seen"}");
            _refusal ??= observer.Failure;
            _ledger.Add(means, request == _whole, reason, observer, _filing.Received - before);
            if (_plan.Expectation is SaveExpectation.None or SaveExpectation.SubOperations && _ledger.CompletedSubOperations is > 0 and var sent)
                _plan = _plan with { Expectation = SaveExpectation.SubOperations, Count = sent, IsCut = false };
            CheckRoom(reason, observer);
        }

        void Log(string line)
        {
            progress.Read(line, observer);
            log?.Invoke($"{means.Retriever.Name.ToLowerInvariant()}: {line}");
        }
    }

    /// <summary>Where instances cannot be asked for one by one, the objects are counted as they pass.</summary>
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
}
