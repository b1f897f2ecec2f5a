using System.Globalization;
using System.Management.Automation;
using System.Net.Sockets;
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
    /// <summary>The number of studies of an unlimited search after which the call warns.</summary>
    private const int UnlimitedStudies = 20;

    private readonly List<StudyToSave> _nearline = [];
    private readonly HashSet<string> _underWay = [];
    private readonly HashSet<string> _unlimited = [];
    private readonly Dictionary<(Retriever, int, bool), RepairPlan> _repairPlans = [];
    private readonly SaveProgress _progress;
    private RetrieverChoice? _choice;
    private SaveJobs? _jobs;
    private SaveLog? _log;
    private AssociationThrottle? _throttle;
    private SaveOptions? _options;
    private IReadOnlyList<string> _transferSyntaxes = [];
    private ErrorRecord? _fatal;
    private bool _isBegun;

    private protected SavePacsCommand(string items) => _progress = new SaveProgress(items, WriteProgress);

    /// <summary>Whether the cmdlet has its own parameter that limits the call.</summary>
    private protected virtual bool IsLimited => false;

    /// <summary>Whether debug messages are shown.</summary>
    private bool IsDebugging => MyInvocation.BoundParameters.TryGetValue("Debug", out var debug)
        ? (SwitchParameter)debug
        : $"{GetVariableValue("DebugPreference")}" is not (nameof(ActionPreference.SilentlyContinue) or nameof(ActionPreference.Ignore));

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

        _transferSyntaxes = ReadTransferSyntaxes();
        _choice = new RetrieverChoice(
            useRelay: !NoRelay, MaxBytesPerSecond > 0 ? new RateLimit(MaxBytesPerSecond) : null, _transferSyntaxes, ReadSopClasses());
        if (Retriever == Retriever.MoveScu && MyInvocation.BoundParameters.ContainsKey(nameof(LocalPort)))
            CheckLocalPort();
        if (MaxBytesPerSecond > 0 && _choice.RunsWithoutRelay(Retriever))
            ThrowTerminatingError(ErrorRecords.RelayNeeded("a rate limit", Retriever));
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
            _throttle?.Dispose();
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
        if (!ShouldProcess($"{study} at {study.Server}", Describe(study)))
        {
            // With -WhatIf the instances count as if they were retrieved.
            _progress.Instances += CountOf(study) ?? 0;
            _progress.Done++;
            return;
        }

        var repairPlan = RepairPlanOf(study.Server);
        Begin();
        WarnOfNoLimit(study);
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
        var retrieval = new StudyRetrieval(study, _options!, repairPlan, _throttle!, progress, debug);
        _jobs!.Start(async stopping =>
        {
            var outcome = await retrieval.RunAsync(stopping).ConfigureAwait(false);
            _jobs.Say(() => Finish(outcome, progress));
        });

        // The next object is taken from the pipeline when an association is free.
        var room = MaxImages > 0 ? 1 : ThrottleLimit;
        ListenWhile(() => _jobs.Running >= room);
    }

    /// <summary>Returns the retrievers for a server. The servers in one pipeline may use different retrievers.</summary>
    private RepairPlan RepairPlanOf(PacsServer server)
    {
        var retriever = Given(nameof(Retriever), Retriever, server.Retriever);
        if (_choice!.RunsWithoutRelay(retriever) && (server.UseTls || MaxBytesPerSecond > 0))
            ThrowTerminatingError(ErrorRecords.RelayNeeded(server.UseTls ? "TLS" : "a rate limit", retriever));
        if (_transferSyntaxes.Count > 0 && retriever is Retriever.GetScu or Retriever.MoveScu)
            ThrowTerminatingError(ErrorRecords.TransferSyntaxNotOffered(retriever));

        // The port that the PACS knows by our AE title; null if neither the user nor the server gives it.
        var known = Given(nameof(LocalPort), LocalPort, server.LocalPort);
        var key = (retriever, known ?? 0, server.UseTls);
        if (_repairPlans.TryGetValue(key, out var plan))
            return plan;
        try
        {
            var retrievers = _choice.Choose(retriever, known ?? LocalPort, known is not null, server.UseTls);
            return _repairPlans[key] = new RepairPlan(retrievers, RetryCount);
        }
        catch (RetrieverNotFoundException exception)
        {
            ThrowTerminatingError(ErrorRecords.DcmtkToolNotFound(exception.Tool));
            throw;
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(PortUnusable(known ?? LocalPort, exception));
            throw;
        }
    }

    private void CheckLocalPort()
    {
        try
        {
            MoveScuRetriever.CheckPort(LocalPort);
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(PortUnusable(LocalPort, exception));
        }
    }

    private static ErrorRecord PortUnusable(int port, SocketException exception) => ErrorRecords.PortUnusable(
        port, exception, "Use -LocalPort to name a free port that the PACS knows for your AE title.");

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

    private static int? CountOf(StudyToSave study)
    {
        var count = study.SopInstanceUid is null ? study.Count : 1;
        return study.MaximumInstances < count ? study.MaximumInstances : count;
    }

    /// <summary>Describes the retrieval for -WhatIf and -Confirm. It reads only the destination and sends nothing to the PACS.</summary>
    private string Describe(StudyToSave study)
    {
        var instances = CountOf(study) switch { null => "all instances", 1 => "1 instance", var count => $"{count} instances" };
        var known = _options!.Archive.Present(study.StudyInstanceUid, _options.LocatorOf(study))
            .Where(entry => (study.SeriesInstanceUid ?? entry.SeriesInstanceUid) == entry.SeriesInstanceUid)
            .Where(entry => (study.SopInstanceUid ?? entry.SopInstanceUid) == entry.SopInstanceUid)
            .ToArray();
        var details = new List<string>();
        if (known.Length > 0)
            details.Add($"{known.Length} already on disk");
        if (known.Length > 0 && CountOf(study) is { } all)
            details.Add($"about {known.Average(entry => entry.Bytes) * all / 1e6:0.0} MB in all");
        if (study.Availability != InstanceAvailability.Unknown)
            details.Add($"{study.Availability}");
        return $"Retrieve {instances} to '{_options.Archive.Root}'{(details.Count == 0 ? "" : $" ({string.Join(", ", details)})")}";
    }

    /// <summary>Prepares the call before its first retrieval.</summary>
    private void Begin()
    {
        if (_isBegun)
            return;
        _isBegun = true;
        BeginLog();
        _jobs = new SaveJobs(StopToken);
        _throttle = new AssociationThrottle(ThrottleLimit);
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

    /// <summary>
    /// Warns once per call that it has no limit. A call is limited if it has a limit, if the search that found its studies had one, or if
    /// UIDs were given. Series and instances count as their study.
    /// </summary>
    private void WarnOfNoLimit(StudyToSave study)
    {
        if (MaxImages > 0 || IsLimited || study.IsLimited || _unlimited.Count > UnlimitedStudies || !_unlimited.Add(study.StudyInstanceUid))
            return;
        if (_unlimited.Count > UnlimitedStudies)
        {
            WriteWarning($"More than {UnlimitedStudies} studies of {study.Server} are being retrieved, and this call has no limit. "
                + "On a PACS in clinical use, set one: -MaxStudies of Find-PacsStudy or Save-PacsStudy, or -MaxImages.");
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
        var by = result.Retriever.Length == 0 ? "" : $" by {result.Retriever}";
        WriteVerbose(
            $"{study}: {result.Status}, {result.Received} received{by}, {result.AlreadyPresent} already present, "
                + $"in {result.Duration.TotalSeconds:0.0} s.");
        Log($"{result.Status} {study} at {study.Server}: {result.Received} received{by}, {result.AlreadyPresent} already present, "
            + $"{result.Missing.Count} missing, {result.Bytes} bytes, "
            + $"{result.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        foreach (var warning in result.Warnings)
            WriteWarning($"{study}: {warning}");
        WriteObject(result);
        switch (outcome.Failure)
        {
            case DiskSpaceLowException exception:
                EndBy(ErrorRecords.DiskSpaceLow(_options!.Archive.Root, exception));
                return;
            case DestinationException exception:
                EndBy(ErrorRecords.DestinationUnusable(_options!.Archive.Root, exception));
                return;
            case RetrieverUnusableException exception:
                EndBy(ErrorRecords.DcmtkToolNotFound(exception.Tool, exception.Message));
                return;
        }

        if (result.Status is SaveStatus.Complete or SaveStatus.Skipped || _fatal is not null)
            return;
        var error = outcome.Failure switch
        {
            TimeoutException => ErrorRecords.RetrieveTimeout(study, result, _options!.LimitOf(study)),
            DicomNetworkException exception => ErrorRecords.ForNetwork(exception, result, study.Server),
            _ when result.Status == SaveStatus.Empty => ErrorRecords.RetrieveEmpty(study, result, outcome.FirstFailure),
            _ => ErrorRecords.RetrieveIncomplete(study, result, outcome.FirstFailure),
        };
        Log($"{error.FullyQualifiedErrorId} {error.Exception.Message}");
        WriteError(error);
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
