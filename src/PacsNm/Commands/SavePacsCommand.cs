using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Commands;

/// <summary>
/// The base class of cmdlets that retrieve with C-GET (PS3.4 C.4.3), by DCMTK's getscu or PacsNm itself, or with C-MOVE (PS3.4 C.4.2), by
/// movescu. It verifies from the files what is complete, and requests again what is missing. Each derived class defines what to retrieve.
/// </summary>
public abstract class SavePacsCommand : RetrievalParameterCommand
{
    private readonly List<StudyToSave> _nearline = [];
    private readonly HashSet<string> _underWay = [];
    private readonly UnlimitedStudies _unlimited = new();
    private readonly SaveProgress _progress;
    private RepairPlans? _repairPlans;
    private SaveJobs? _jobs;
    private SaveLog? _log;
    private AssociationPool? _pool;
    private SaveOptions? _options;
    private ErrorRecord? _fatal;
    private bool _isBegun;

    private protected SavePacsCommand(string items) => _progress = new SaveProgress(items, WriteProgress);

    /// <summary>Whether the cmdlet has its own parameter that limits the call.</summary>
    private protected virtual bool IsLimited => false;

    /// <summary>Whether debug messages are shown.</summary>
    private bool IsDebugging => MyInvocation.BoundParameters.TryGetValue("Debug", out var debug)
        ? (SwitchParameter)debug
        : $"{GetVariableValue("DebugPreference")}" is not (nameof(ActionPreference.SilentlyContinue) or nameof(ActionPreference.Ignore));

    /// <summary>The most associations at the same time.</summary>
    private int Associations => IsThrottleAuto ? ThrottleLimitArgumentAttribute.Maximum : ThrottleLimit;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var destination = this.ResolveFileSystemPath(Destination);
        try
        {
            _options = new SaveOptions
            {
                Archive = new LocalArchive(destination),
                Layout = ArchiveLayout.Parse(Layout),
                Force = Force,
                Limit = TimeSpan.FromSeconds(TimeoutSeconds),
                NearlineLimit = TimeSpan.FromSeconds(NearlineTimeoutSeconds),
                MinimumFreeSpace = MinimumFreeSpace,
                IsSynced = !NoSync,
            };
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidLayout(Layout, exception.Message));
        }

        var choice = new RetrieverChoice(
            destination,
            useRelay: !NoRelay,
            MaxBytesPerSecond > 0 ? new RateLimit(MaxBytesPerSecond) : null,
            ReadTransferSyntaxes(),
            ReadSopClasses());
        Retriever? retriever = IsGiven(nameof(Retriever)) ? Retriever : null;
        int? localPort = IsGiven(nameof(LocalPort)) ? LocalPort : null;
        _repairPlans = new RepairPlans(choice, retriever, localPort, RetryCount);
        EndIfUnusable(() =>
        {
            choice.Check(Retriever, isTls: false);
            if (Retriever == Retriever.MoveScu && localPort is { } port)
                RetrieverChoice.CheckLocalPort(port);
            return true;
        });
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        StudyToSave[] wanted = [.. Wanted().OfType<StudyToSave>()];
        _progress.Known += wanted.Length;
        _progress.IsAllKnown = !MyInvocation.ExpectingInput;
        foreach (var study in wanted)
        {
            if (study.Availability == InstanceAvailability.NEARLINE)
                _nearline.Add(study);
            else
                Save(study);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _progress.IsAllKnown = true;
        foreach (var study in _nearline)
            Save(study);
        ListenWhile(() => _jobs?.Running > 0);
        if (!_isBegun)
            return;
        Log($"End, {_progress.Instances} instances received");
        _progress.Close();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _jobs?.Dispose();
            _pool?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads the pipeline objects or the parameters; null where an error was written instead.</summary>
    private protected abstract IEnumerable<StudyToSave?> Wanted();

    private void Save(StudyToSave study)
    {
        if (MaxImages > 0 && _progress.Instances >= MaxImages)
        {
            _progress.Done++;
            return;
        }

        study = study with { MaximumInstances = MaxImages > 0 ? MaxImages - _progress.Instances : null };
        if (!ShouldProcess($"{study} at {study.Server}", RetrievalPreview.Describe(study, _options!)))
        {
            // With -WhatIf the instances count as if they were retrieved.
            _progress.Instances += study.CountToRetrieve ?? 0;
            _progress.Done++;
            return;
        }

        var repairPlan = EndIfUnusable(() => _repairPlans!.Of(study.Server));
        Begin();
        if (MaxImages == 0 && !IsLimited && _unlimited.Add(study) is { } warning)
            WriteWarning(warning);
        if (Failed.ReasonOf(study.Server) is { } reason)
        {
            var result = study.NewResult() with { Status = SaveStatus.Failed, Reason = reason.Message };
            Finish(new RetrievalOutcome(study, result, reason, FirstFailure: null), progress: null);
            return;
        }

        // A study has one manifest, so its series and instances are retrieved one after the other.
        ListenWhile(() => _underWay.Contains(study.StudyInstanceUid));
        Log($"Begin {study} at {study.Server}");
        var progress = new RetrieveProgress($"{study}", step => _jobs!.Mention(() => WriteVerbose($"{study}: {step}.")));
        _underWay.Add(study.StudyInstanceUid);
        _progress.Begin(progress);
        Action<string>? debug = IsDebugging ? line => _jobs!.Mention(() => WriteDebug(line)) : null;
        var retrieval = new StudyRetrieval(study, _options!, repairPlan, _pool!, progress, debug);
        _jobs!.Start(async stopping =>
        {
            var outcome = await retrieval.RunAsync(stopping).ConfigureAwait(false);
            _jobs.Say(() => Finish(outcome, progress));
        });

        // The next object is taken from the pipeline when an association is free.
        ListenWhile(() => _jobs.Running >= (MaxImages > 0 ? 1 : _pool!.Throttle.Limit));
    }

    /// <summary>Ends the call if its retriever cannot be used.</summary>
    private T EndIfUnusable<T>(Func<T> choose)
    {
        try
        {
            return choose();
        }
        catch (RetrieverChoiceException exception)
        {
            ThrowTerminatingError(ErrorRecords.ForRetriever(exception));
            throw;
        }
    }

    /// <summary>Reads the UIDs of -SopClass.</summary>
    private string[] ReadSopClasses()
    {
        if (SopClass.FirstOrDefault(uid => !Dicom.Data.Uid.IsValid(uid.Trim())) is { } invalid)
            ThrowTerminatingError(ErrorRecords.InvalidUid(nameof(SopClass), invalid));
        return [.. SopClass.Select(uid => uid.Trim())];
    }

    /// <summary>Reads the UIDs of -TransferSyntax.</summary>
    private List<string> ReadTransferSyntaxes()
    {
        var uids = new List<string>();
        foreach (var text in TransferSyntax)
        {
            if (!Dicom.Data.TransferSyntax.TryParse(text, out var syntax))
                ThrowTerminatingError(ErrorRecords.UnknownTransferSyntax(nameof(TransferSyntax), text));
            uids.Add(syntax.Uid);
        }

        return uids;
    }

    /// <summary>Prepares the call before its first retrieval.</summary>
    private void Begin()
    {
        if (_isBegun)
            return;
        _isBegun = true;
        BeginLog();
        _jobs = new SaveJobs(StopToken);
        _pool = new AssociationPool(Associations, IsThrottleAuto);
        try
        {
            Await(Recovery.RunAsync(_options!.Archive, _options.Layout, StopToken));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.DestinationUnusable(
                _options!.Archive.Root,
                exception as DestinationException ?? new DestinationException("The module's folder in it cannot be read", exception)));
        }
    }

    /// <summary>Runs the messages of the retrievals on the pipeline's thread and shows the progress.</summary>
    private void ListenWhile(Func<bool> condition)
    {
        while (condition())
        {
            _jobs!.Listen(SaveProgress.Interval);
            _progress.TellInTime();
        }

        // The remaining messages run now, because the next pipeline object may arrive much later.
        while (_jobs?.Listen(TimeSpan.Zero) == true)
        {
        }

        if (_fatal is null)
            return;

        // The other retrievals were cancelled. They add their files to the archive and report first.
        while (_jobs!.Running > 0)
            _jobs.Listen(SaveProgress.Interval);
        _progress.Close();
        Log($"{_fatal.FullyQualifiedErrorId} {_fatal.Exception.Message}");
        ThrowTerminatingError(_fatal);
    }

    /// <param name="outcome">The outcome for a study.</param>
    /// <param name="progress">The progress of its retrieval; null if there was none because the PACS cannot be reached.</param>
    private void Finish(RetrievalOutcome outcome, RetrieveProgress? progress)
    {
        var (study, result) = (outcome.Study, outcome.Result);
        _progress.End(progress);
        _progress.Instances += result.Received;
        if (progress is not null)
            _underWay.Remove(study.StudyInstanceUid);
        if (progress is not null && outcome.Failure is DicomNetworkException failure)
            Failed.Add(study.Server, failure);
        else if (progress is not null)
            Failed.Forget(study.Server);
        WriteVerbose(outcome.VerboseLine);
        Log(outcome.LogLine);
        foreach (var warning in result.Warnings)
            WriteWarning($"{study}: {warning}");
        WriteObject(result);
        if (ErrorRecords.ForOutcome(outcome, _options!) is not { } error)
            return;
        if (outcome.EndsCall)
        {
            EndBy(error);
        }
        else if (_fatal is null)
        {
            Log($"{error.FullyQualifiedErrorId} {error.Exception.Message}");
            WriteError(error);
        }
    }

    private void EndBy(ErrorRecord fatal)
    {
        _fatal ??= fatal;
        _jobs!.Cancel();
    }

    /// <summary>Opens the log before anything is retrieved.</summary>
    private void BeginLog()
    {
        if (LogPath is null)
            return;
        var path = this.ResolveFileSystemPath(LogPath);
        try
        {
            _log = new SaveLog(path, WriteWarning);
            _log.Begin($"Run {MyInvocation.MyCommand.Name} to {_options!.Archive.Root}");
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.LogUnusable(path, exception));
        }
    }

    private void Log(string line) => _log?.Write(line);
}
