using System.Diagnostics;
using System.Management.Automation;
using System.Net.Sockets;
using PacsNm.Dicom.Network;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>
/// A cmdlet that retrieves by C-GET (PS3.4 C.4.3), through DCMTK's getscu or by itself, or through movescu by C-MOVE
/// (PS3.4 C.4.2), proves by the files what is complete, and asks again for what is not. Each leaf says what is wanted.
/// </summary>
public abstract class SavePacsCommand : PacsServerCommand
{
    private const int CallActivity = 1;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly List<StudyToSave> _nearline = [];
    private readonly List<RetrieveProgress> _underWay = [];
    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private SaveJobs? _jobs;
    private AssociationThrottle? _throttle;
    private RepairLadder? _ladder;
    private SaveOptions? _options;
    private ErrorRecord? _fatal;
    private int _instances;
    private bool _isBegun;

    /// <summary>The folder to save to; made if it does not exist. ./nm_images by default.</summary>
    [Parameter]
    [Alias("OutputPath", "o")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "nm_images";

    /// <summary>
    /// How the folder is laid out: Tree (PatientID/StudyInstanceUID/SeriesInstanceUID), Flat (one folder, getscu's names), or
    /// a template with keywords of PS3.6 in braces.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Layout { get; set; } = Retrieval.Layout.Tree;

    /// <summary>
    /// What retrieves. Auto is getscu where it is found, then the built-in retriever, and with -LocalPort after them
    /// movescu. The default is what the server has for it.
    /// </summary>
    [Parameter]
    public Retriever Retriever { get; set; }

    /// <summary>The port on which movescu receives, 11112 by default. The PACS must know it by our AE title.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int LocalPort { get; set; } = 11112;

    /// <summary>Runs getscu without the relay: no bytes in the progress, no idle limit, no TLS.</summary>
    [Parameter]
    public SwitchParameter NoRelay { get; set; }

    /// <summary>How fast the PACS may send, over all associations of the call; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long MaxBytesPerSecond { get; set; }

    /// <summary>The most instances to retrieve in all; 0 is no limit. With a limit, associations are one at a time.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxImages { get; set; }

    /// <summary>Associations at a time, 1 by default. A PACS that has none free lowers the number for the rest of the call.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>Rounds in which what is missing is asked for again, 3 by default.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int RetryCount { get; set; } = 3;

    /// <summary>Seconds that one study may take in all, 300 by default. What has arrived by then is kept.</summary>
    [Parameter]
    [ValidateRange(1, 604800)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>The same for a study that the PACS has NEARLINE, 1800 by default. Such studies come after the others.</summary>
    [Parameter]
    [ValidateRange(1, 604800)]
    public int NearlineTimeoutSeconds { get; set; } = 1800;

    /// <summary>Bytes that must stay free at the destination, 1GB by default.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long MinimumFreeSpace { get; set; } = 1L << 30;

    /// <summary>Fetches and writes again what is in the destination already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether the leaf has a limit of its own.</summary>
    private protected virtual bool IsLimited => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var destination = GetUnresolvedProviderPathFromPSPath(Destination);
        try
        {
            _options = new SaveOptions
            {
                Archive = new Archive(destination),
                Layout = Retrieval.Layout.Parse(Layout),
                Force = Force,
                Limit = TimeSpan.FromSeconds(TimeoutSeconds),
                NearlineLimit = TimeSpan.FromSeconds(NearlineTimeoutSeconds),
                MinimumFreeSpace = MinimumFreeSpace,
            };
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidLayout(Layout, exception.Message));
        }

        if (Retriever == Retriever.MoveScu)
            CheckLocalPort();
        if (MaxBytesPerSecond > 0 && NeedsRelay(Retriever))
            ThrowTerminatingError(ErrorRecords.RelayNeeded($"-{nameof(MaxBytesPerSecond)}"));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var study in _nearline)
            SaveNow(study);
        ListenWhile(() => _jobs?.Running > 0);
        if (_isBegun)
            WriteProgress(new ProgressRecord(CallActivity, "Retrieving", "Done") { RecordType = ProgressRecordType.Completed });
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

    /// <summary>Retrieves, now or after all that is not NEARLINE.</summary>
    private protected void Save(StudyToSave study)
    {
        if (study.Availability == InstanceAvailability.NEARLINE)
            _nearline.Add(study);
        else
            SaveNow(study);
    }

    private void SaveNow(StudyToSave study)
    {
        if (MaxImages > 0 && _instances >= MaxImages)
            return;
        study = study with { MaximumInstances = MaxImages > 0 ? MaxImages - _instances : null };
        if (!ShouldProcess($"{study} at {study.Server}", Describe(study)))
        {
            // A dry run counts as the run would.
            _instances += CountOf(study) ?? 0;
            return;
        }

        var retriever = MyInvocation.BoundParameters.ContainsKey(nameof(Retriever)) ? Retriever : study.Server.Retriever;
        if (NeedsRelay(retriever) && (study.Server.UseTls || MaxBytesPerSecond > 0))
            ThrowTerminatingError(ErrorRecords.RelayNeeded(study.Server.UseTls ? "TLS" : $"-{nameof(MaxBytesPerSecond)}"));
        Begin(study.Server, retriever);
        var progress = new RetrieveProgress($"{study}");
        _underWay.Add(progress);
        var retrieval = new StudyRetrieval(study, _options!, _ladder!, _throttle!, progress, line => _jobs!.Say(() => WriteDebug(line)));
        _jobs!.Start(async stopping =>
        {
            var outcome = await retrieval.RunAsync(stopping).ConfigureAwait(false);
            _jobs.Say(() => Finish(outcome, progress));
        });

        // The next one is taken from the pipeline when there is room for it.
        var room = MaxImages > 0 ? 1 : ThrottleLimit;
        ListenWhile(() => _jobs.Running >= room);
    }

    private static int? CountOf(StudyToSave study)
    {
        var count = study.SopInstanceUid is null ? study.Count : 1;
        return study.MaximumInstances < count ? study.MaximumInstances : count;
    }

    /// <summary>What is to be done, as -WhatIf and -Confirm say it. Nobody is asked for it but the destination's folder.</summary>
    private string Describe(StudyToSave study)
    {
        var instances = CountOf(study) switch { null => "all instances", 1 => "1 instance", var count => $"{count} instances" };
        var known = _options!.Archive.Present(study.StudyInstanceUid).Values
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

    /// <summary>Once in a call, before anything is retrieved.</summary>
    private void Begin(PacsServer server, Retriever retriever)
    {
        if (_isBegun)
            return;
        _isBegun = true;
        if (MaxImages == 0 && !IsLimited && !RunningSimulators.IsOne(server))
            WriteWarning($"{server} is asked for all that the pipeline brings. On a PACS in clinical use, bound it with -MaxStudies or -MaxImages.");
        _jobs = new SaveJobs(StopToken);
        _throttle = new AssociationThrottle(ThrottleLimit);
        _ladder = new RepairLadder(Retrievers(retriever), RetryCount);
        try
        {
            Await(Recovery.RunAsync(_options!.Archive, _options.Layout, StopToken));
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            ThrowTerminatingError(ErrorRecords.DestinationUnusable(
                _options!.Archive.Root, exception as DestinationException ?? new DestinationException("Its own folder cannot be read", exception)));
        }
    }

    /// <summary>Whether a retriever is to run as it is, without our relay, which it needs for TLS and a limit to its rate.</summary>
    private bool NeedsRelay(Retriever retriever) => retriever == Retriever.MoveScu || (NoRelay && retriever != Retriever.BuiltIn);

    /// <summary>What retrieves, the preferred one first.</summary>
    private List<IRetriever> Retrievers(Retriever retriever)
    {
        var rate = MaxBytesPerSecond > 0 ? new RateLimit(MaxBytesPerSecond) : null;
        if (retriever == Retriever.BuiltIn)
            return [new BuiltIn(rate)];
        var getScu = DcmtkTool.Find("getscu") is { } getScuPath ? new GetScu(getScuPath, useRelay: !NoRelay, rate) : null;
        var moveScu = DcmtkTool.Find("movescu") is { } moveScuPath ? new MoveScu(moveScuPath, LocalPort) : null;
        if (retriever == Retriever.MoveScu)
        {
            if (moveScu is null)
                ThrowTerminatingError(ErrorRecords.DcmtkToolNotFound("movescu"));
            CheckLocalPort();
            return getScu is null ? [moveScu!] : [moveScu!, getScu];
        }

        if (retriever == Retriever.GetScu && getScu is null)
            ThrowTerminatingError(ErrorRecords.DcmtkToolNotFound("getscu"));
        var retrievers = new List<IRetriever>();
        if (getScu is not null)
            retrievers.Add(getScu);
        if (retriever == Retriever.Auto)
            retrievers.Add(new BuiltIn(rate));

        // A PACS sends what movescu asks for to whatever machine it knows by our AE title: only a user knows if that is this one.
        if (moveScu is not null && rate is null && MyInvocation.BoundParameters.ContainsKey(nameof(LocalPort)))
        {
            CheckLocalPort();
            retrievers.Add(moveScu);
        }

        return retrievers;
    }

    private void CheckLocalPort()
    {
        try
        {
            MoveScu.CheckPort(LocalPort);
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(ErrorRecords.PortUnusable(
                LocalPort, exception, "Name a free port with -LocalPort: the one that the PACS knows for our AE title."));
        }
    }

    /// <summary>Does on the pipeline's thread what the retrievals say, and tells how far they are.</summary>
    private void ListenWhile(Func<bool> condition)
    {
        while (condition())
        {
            _jobs!.Listen(ProgressInterval);
            if (_sinceTold.Elapsed >= ProgressInterval)
                TellProgress();
        }

        // What else waits to be said is said now: the next object of the pipeline may be long in coming.
        while (_jobs?.Listen(TimeSpan.Zero) == true)
        {
        }

        if (_fatal is null)
            return;

        // The others were asked to end, and what they have is filed and told of first.
        while (_jobs!.Running > 0)
            _jobs.Listen(ProgressInterval);
        ThrowTerminatingError(_fatal);
    }

    private void TellProgress()
    {
        _sinceTold.Restart();
        WriteProgress(new ProgressRecord(CallActivity, "Retrieving", $"{_instances} instances so far"));
        for (var slot = 0; slot < _underWay.Count; slot++)
        {
            var progress = _underWay[slot];
            WriteProgress(new ProgressRecord(CallActivity + 1 + slot, progress.Title, $"{progress.Step}: {progress}")
            {
                ParentActivityId = CallActivity,
                PercentComplete = progress.Percent,
                SecondsRemaining = progress.SecondsRemaining,
            });
        }
    }

    private void Finish(RetrievalOutcome outcome, RetrieveProgress progress)
    {
        TellProgress();
        _underWay.Remove(progress);
        var (study, result) = (outcome.Study, outcome.Result);
        _instances += result.Received;
        WriteVerbose(
            $"{study}: {result.Status}, {result.Received} received, {result.AlreadyPresent} already present, in {result.Duration.TotalSeconds:0.0} s.");
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
        WriteError(outcome.Failure switch
        {
            TimeoutException => ErrorRecords.RetrieveTimeout(study, result, _options!.LimitOf(study)),
            DicomNetworkException exception => ErrorRecords.ForNetwork(exception, result, study.Server),
            _ when result.Status == SaveStatus.Empty => ErrorRecords.RetrieveEmpty(study, result),
            _ => ErrorRecords.RetrieveIncomplete(study, result),
        });
    }

    private void EndBy(ErrorRecord fatal)
    {
        _fatal ??= fatal;
        _jobs!.Cancel();
    }
}
