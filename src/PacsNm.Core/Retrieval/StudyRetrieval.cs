using System.Diagnostics;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>
/// Fetches one study as a transaction: plan, stage, verify, file, record; then repair. What arrived whole is filed
/// however it ends, and what the result says is what the files say.
/// </summary>
internal sealed partial class StudyRetrieval(
    StudyToSave study,
    SaveOptions options,
    RepairPlan ladder,
    AssociationThrottle throttle,
    RetrieveProgress progress,
    Action<string>? log)
{
    private readonly RetrieveRequest _whole = study.Whole;
    private readonly StudyLedger _ledger = new();
    private StudyPlan _plan = StudyPlan.Unknown;
    private StudyFiling? _filing;
    private TimeBudget? _budget;
    private Exception? _failure;
    private DimseFailureException? _refusal;
    private DiskSpaceLowException? _diskLow;
    private bool _isPlanned;

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

            return present >= _plan.Count && !_ledger.IsWholeFailed;
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

        return new RetrievalOutcome(study, result ?? Judge(), _failure, _refusal);

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
            _ when FileFailure.Is(exception) => new DestinationException("It cannot be written to", exception),
            _ => _failure,
        };
        return exception is OperationCanceledException or DicomNetworkException or RetrieverUnusableException || FileFailure.Is(exception);
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
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            var failure = new DestinationException("The manifest cannot be written", exception);
            _failure ??= failure;
            return result.Status is SaveStatus.Complete or SaveStatus.Skipped
                ? result with { Status = SaveStatus.Partial, Reason = failure.Message }
                : result;
        }
    }
}
