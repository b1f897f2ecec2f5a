using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Jobs;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Commands;

/// <summary>
/// The base class of cmdlets that retrieve with C-GET (PS3.4 C.4.3), by DCMTK's getscu or PacsNm itself, or with C-MOVE (PS3.4 C.4.2), by
/// movescu. It verifies from the files what is complete, and requests again what is missing. Each derived class defines what to retrieve,
/// and where to.
/// </summary>
public abstract class RetrievalCommand : RetrievalParameterCommand
{
    private readonly List<(StudyToSave Study, ArchiveLayout? Layout)> _nearline = [];
    private readonly Queue<PausedStudy> _paused = new();
    private readonly HashSet<string> _underWay = [];
    private readonly UnlimitedStudies _unlimited = new();
    private readonly SaveProgress _progress;
    private RepairPlans? _repairPlans;
    private RunningRetrievals? _retrievals;
    private SaveLog? _log;
    private AssociationPool? _pool;
    private SaveOptions? _options;
    private ErrorRecord? _fatal;
    private CallHours? _hours;
    private bool _isBegun;

    private protected RetrievalCommand(string items) => _progress = new SaveProgress(items, WriteProgress);

    /// <summary>Whether the cmdlet has its own parameter that limits the call.</summary>
    private protected virtual bool IsLimited => false;

    /// <summary>The folder to save to, as the user wrote it.</summary>
    private protected abstract string DestinationText { get; }

    /// <summary>The layout of the folder, as the user wrote it.</summary>
    private protected abstract string LayoutText { get; }

    /// <summary>Reads the layout of the folder.</summary>
    /// <exception cref="FormatException">It is not a layout.</exception>
    private protected virtual ArchiveLayout ReadLayout() => ArchiveLayout.Parse(LayoutText);

    /// <summary>The layout of a study that a run left behind that was killed.</summary>
    private protected virtual ArchiveLayout LayoutOf(string studyInstanceUid) => _options!.Layout;

    /// <summary>The associations of the call, after <see cref="Begin"/>.</summary>
    private protected AssociationPool Pool => _pool!;

    /// <summary>How to save.</summary>
    private protected SaveOptions Options => _options!;

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
        var destination = this.ResolveFileSystemPath(DestinationText);
        try
        {
            _options = new SaveOptions
            {
                Archive = new LocalArchive(destination),
                Layout = ReadLayout(),
                Force = Force,
                Limit = TimeSpan.FromSeconds(TimeoutSeconds),
                NearlineLimit = TimeSpan.FromSeconds(NearlineTimeoutSeconds),
                MinimumFreeSpace = MinimumFreeSpace,
                IsSynced = !NoSync,
            };
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidLayout(LayoutText, exception.Message));
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
        _hours = new CallHours(
            ReadActiveHours(), IsGiven(nameof(StopAt)) ? WorkingTime.Next(StopAt, TimeProvider.System) : null, TimeProvider.System);
    }

    /// <summary>Retrieves studies. Those that the PACS has NEARLINE come at the end.</summary>
    /// <param name="studies">The studies.</param>
    /// <param name="isLast">Whether no others follow.</param>
    private protected void Save(IReadOnlyCollection<StudyToSave> studies, bool isLast)
    {
        _progress.Known += studies.Count;
        _progress.IsAllKnown = isLast;
        foreach (var study in studies)
            SaveInOrder(study, layout: null);
    }

    /// <summary>Retrieves the studies and series of a row. Those that the PACS has NEARLINE come at the end.</summary>
    /// <param name="items">The studies and series.</param>
    /// <param name="layout">The layout of the row.</param>
    private protected void Save(IReadOnlyCollection<StudyToSave> items, ArchiveLayout layout)
    {
        _progress.Known += items.Count;
        foreach (var item in items)
            SaveInOrder(item, layout);
    }

    private void SaveInOrder(StudyToSave study, ArchiveLayout? layout)
    {
        if (study.Availability == InstanceAvailability.NEARLINE)
            _nearline.Add((study, layout));
        else
            Save(study, layout);
    }

    /// <summary>Ends the retrievals: those that were put off are retrieved, and those that are running end.</summary>
    private protected void Finish()
    {
        _progress.IsAllKnown = true;
        foreach (var (study, layout) in _nearline)
            Save(study, layout);
        _nearline.Clear();
        WaitForAll();
        if (!_isBegun)
            return;
        var most = _pool!.Throttle.Most;
        var associations = $"at most {most} association{(most == 1 ? "" : "s")} at a time";
        if (!IsThrottleAuto && _pool.Throttle.Limit < Associations)
            associations += $", because the PACS or its settings allow {_pool.Throttle.Limit}";
        WriteVerbose($"{_progress.Instances} instances received, {associations}.");
        Log($"End, {_progress.Instances} instances received, {associations}");
        _progress.Close();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _retrievals?.Dispose();
            _pool?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Waits until all retrievals have ended, and those that the end of the hours paused.</summary>
    private protected void WaitForAll()
    {
        ListenWhile(() => _retrievals?.Running > 0);
        while (_paused.Count > 0)
        {
            while (_paused.Count > 0)
            {
                var paused = _paused.Dequeue();
                StartInTurn(paused.Study, paused.Layout, paused.Earlier);
            }

            ListenWhile(() => _retrievals!.Running > 0);
        }
    }

    /// <summary>Writes the result of a retrieval, and its error if there is one.</summary>
    private protected abstract void OnResult(RetrievalOutcome outcome);

    /// <summary>Retrieves a study, or writes what would be retrieved.</summary>
    /// <param name="study">The study.</param>
    /// <param name="layout">The layout of the study; null for that of the call.</param>
    private void Save(StudyToSave study, ArchiveLayout? layout)
    {
        if (IsLimitReached)
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

        _ = EndIfUnusable(() => _repairPlans!.Of(study.Server));
        Begin();
        if (MaxImages == 0 && !IsLimited && _unlimited.Add(study) is { } warning)
            WriteWarning(warning);
        StartInTurn(study, layout, earlier: null);
    }

    /// <summary>Starts a retrieval, and waits until another one may start, so that the pipeline brings the next object then.</summary>
    private void StartInTurn(StudyToSave study, ArchiveLayout? layout, PacsSavedItem? earlier)
    {
        Start(study, layout, earlier);
        ListenWhile(() => _retrievals!.Running >= (MaxImages > 0 ? 1 : _pool!.Throttle.Limit));
    }

    /// <param name="study">The study.</param>
    /// <param name="layout">The layout of the study; null for that of the call.</param>
    /// <param name="earlier">The result of the part that was retrieved before the hours ended; null if there is none.</param>
    private void Start(StudyToSave study, ArchiveLayout? layout, PacsSavedItem? earlier)
    {
        var repairPlan = EndIfUnusable(() => _repairPlans!.Of(study.Server));
        if (!WaitUntilOpen(study.Server))
        {
            var postponed = Left(SaveStatus.Postponed, WhyClosed(study.Server));
            Finish(new RetrievalOutcome(study, postponed, Failure: null, FirstFailure: null));
            return;
        }

        if (Failed.ReasonOf(study.Server) is { } reason)
        {
            var result = Left(SaveStatus.Failed, reason.Message);
            Finish(new RetrievalOutcome(study, result, reason, FirstFailure: null));
            return;
        }

        // What was retrieved before a pause is on the disk.
        PacsSavedItem Left(SaveStatus status, string why) => (earlier ?? study.NewResult()) with
        {
            Status = earlier?.Received + earlier?.AlreadyPresent > 0 ? SaveStatus.Partial : status,
            Reason = why,
        };

        // A study has one manifest, so its series and instances are retrieved one after the other.
        ListenWhile(() => _underWay.Contains(study.StudyInstanceUid));
        Log($"Begin {study} at {study.Server}");
        var progress = new RetrieveProgress($"{study}", step => _retrievals!.Mention(() => WriteVerbose($"{study}: {step}.")));
        _underWay.Add(study.StudyInstanceUid);
        _progress.Begin(progress);
        Action<string>? debug = IsDebugging ? line => _retrievals!.Mention(() => WriteDebug(line)) : null;
        var options = layout is null ? _options! : _options! with { Layout = layout };
        _pool!.Throttle.LowerTo(study.Server.MaxAssociations);
        var retrieval = new StudyRetrieval(study, options, repairPlan, _pool, progress, debug);
        var closing = TimeOf(study.Server).Closing;
        _retrievals!.Start(async stopping =>
        {
            var outcome = await retrieval.RunAsync(stopping, closing).ConfigureAwait(false);
            _retrievals.Say(() =>
            {
                End(outcome, progress);
                var whole = earlier is null ? outcome : outcome with { Result = outcome.Result.After(earlier) };
                if (closing.IsCancellationRequested && MayGoOn(outcome))
                    Pause(whole, outcome.Result.Received, layout);
                else
                    Finish(whole);
            });
        });
    }

    /// <summary>Whether a retrieval that the end of the hours ended can go on later in this call.</summary>
    private bool MayGoOn(RetrievalOutcome outcome) =>
        !outcome.EndsCall
            && outcome.Result.Status is not (SaveStatus.Complete or SaveStatus.Skipped)
            && !TimeOf(outcome.Study.Server).IsOver;

    /// <summary>Keeps a study that the end of the hours paused for the next opening.</summary>
    private void Pause(RetrievalOutcome outcome, int received, ArchiveLayout? layout)
    {
        var study = outcome.Study with { MaximumInstances = outcome.Study.MaximumInstances - received };
        _paused.Enqueue(new PausedStudy(study, layout, outcome.Result));
        WriteVerbose($"{study}: paused, because the active hours are over.");
        Log($"Pause {study} at {study.Server}");
    }

    /// <summary>Waits until the hours of the call and of the server allow a request.</summary>
    /// <returns>False if the time of the call is over before that.</returns>
    private protected bool WaitUntilOpen(PacsServer server)
    {
        var time = TimeOf(server);
        while (!time.IsOpen)
        {
            if (time.OpensAt is not { } opening)
                return false;
            var text = $"Waiting until {opening.ToLocalTime():ddd HH:mm}, when the active hours begin";
            WriteWarning($"{text}. Ctrl+C ends the wait.");
            Log($"Wait until {opening.ToLocalTime():yyyy-MM-dd HH:mm}");
            _progress.Waiting = text;
            ListenWhile(() => !time.IsOpen && !time.IsOver);
            _progress.Waiting = null;
        }

        time.Check();
        return true;
    }

    /// <summary>Whether the limit of instances is reached.</summary>
    private protected bool IsLimitReached => MaxImages > 0 && _progress.Instances >= MaxImages;

    /// <summary>Whether a request may be sent to a server now.</summary>
    private protected bool IsOpen(PacsServer server) => TimeOf(server).IsOpen;

    /// <summary>Whether the time of the call is over.</summary>
    private protected bool IsOver(PacsServer server) => TimeOf(server).IsOver;

    /// <summary>Why a server is not used any more in this call.</summary>
    private protected string WhyClosed(PacsServer server) =>
        IsOver(server) ? "The time of the call was over." : "No active hours begin before the call ends.";

    /// <summary>Returns when the call may use a server.</summary>
    private WorkingTime TimeOf(PacsServer server)
    {
        try
        {
            return _hours!.Of(server);
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidActiveHours(server.ActiveHours, exception.Message));
            throw;
        }
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

    /// <summary>Prepares the call before its first retrieval.</summary>
    private protected void Begin()
    {
        if (_isBegun)
            return;
        _isBegun = true;
        BeginLog();
        _retrievals = new RunningRetrievals(StopToken);
        _pool = new AssociationPool(Associations, IsThrottleAuto);
        try
        {
            Await(Recovery.RunAsync(_options!.Archive, LayoutOf, StopToken));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.DestinationUnusable(
                _options!.Archive.Root,
                exception as DestinationException ?? new DestinationException("The module's folder in it cannot be read", exception)));
        }
    }

    /// <summary>Runs the messages of the retrievals on the pipeline's thread and shows the progress.</summary>
    private protected void ListenWhile(Func<bool> condition)
    {
        while (condition())
        {
            _retrievals!.Listen(SaveProgress.Interval);
            _progress.TellInTime();
            _hours!.Check();
        }

        // The remaining messages run now, because the next pipeline object may arrive much later.
        while (_retrievals?.Listen(TimeSpan.Zero) == true)
        {
        }

        if (_fatal is null)
            return;

        // The other retrievals were cancelled. They add their files to the archive and report first.
        while (_retrievals!.Running > 0)
            _retrievals.Listen(SaveProgress.Interval);
        _progress.Close();
        Log($"{_fatal.FullyQualifiedErrorId} {_fatal.Exception.Message}");
        ThrowTerminatingError(_fatal);
    }

    /// <summary>Counts what a retrieval has brought, and notes whether the PACS can be reached.</summary>
    private void End(RetrievalOutcome outcome, RetrieveProgress progress)
    {
        _progress.End(progress);
        _progress.Instances += outcome.Result.Received;
        _underWay.Remove(outcome.Study.StudyInstanceUid);
        if (outcome.Failure is DicomNetworkException failure)
            Failed.Add(outcome.Study.Server, failure);
        else
            Failed.Forget(outcome.Study.Server);
    }

    /// <summary>Reports the outcome for a study.</summary>
    private void Finish(RetrievalOutcome outcome)
    {
        var (study, result) = (outcome.Study, outcome.Result);
        _progress.Done++;
        WriteVerbose(outcome.VerboseLine);
        Log(outcome.LogLine);
        foreach (var warning in result.Warnings)
            WriteWarning($"{study}: {warning}");
        OnResult(outcome);
    }

    /// <summary>Writes the error of a retrieval, if it has one. An error that the other retrievals would have too ends the call.</summary>
    private protected void WriteError(RetrievalOutcome outcome)
    {
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
        _retrievals!.Cancel();
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

    /// <summary>A study that goes on when the hours begin again.</summary>
    /// <param name="Study">The study.</param>
    /// <param name="Layout">Its layout; null for that of the call.</param>
    /// <param name="Earlier">The result so far.</param>
    private sealed record PausedStudy(StudyToSave Study, ArchiveLayout? Layout, PacsSavedItem Earlier);
}
