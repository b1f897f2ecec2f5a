using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Files;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>
/// A cmdlet that retrieves by C-GET (PS3.4 C.4.3), through DCMTK's getscu or by itself, or through movescu by C-MOVE
/// (PS3.4 C.4.2), proves by the files what is complete, and asks again for what is not. Each leaf says what is wanted.
/// </summary>
public abstract partial class SavePacsCommand : PacsServerCommand
{
    /// <summary>Studies of a search without a limit before the call warns: one named study, or a small day, does not.</summary>
    private const int UnlimitedStudies = 20;

    private readonly List<StudyToSave> _nearline = [];
    private readonly HashSet<string> _underWay = [];
    private readonly HashSet<string> _unlimited = [];
    private readonly SaveProgress _progress;
    private SaveJobs? _jobs;
    private AssociationThrottle? _throttle;
    private SaveOptions? _options;
    private bool _isBegun;

    private protected SavePacsCommand(string items) => _progress = new SaveProgress(items, WriteProgress);

    /// <summary>The folder to save to; made if it does not exist. ./nm_images by default.</summary>
    [Parameter]
    [Alias("OutputPath", "o")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "nm_images";

    /// <summary>
    /// How the folder is laid out: Tree (PatientID/StudyInstanceUID/SeriesInstanceUID), Flat (one folder, getscu's names), or
    /// a template with keywords of PS3.6 in braces.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LayoutCompleter))]
    public string Layout { get; set; } = ArchiveLayout.Tree;

    /// <summary>
    /// What retrieves. Auto is getscu where it is found, then the built-in retriever, and with -LocalPort after them
    /// movescu; MoveScu is movescu, then getscu where it is found; BuiltIn is alone, and so is GetScu but for -LocalPort. The
    /// default is what the server has for it.
    /// </summary>
    [Parameter]
    public Retriever Retriever { get; set; }

    /// <summary>
    /// The port on which movescu receives: that of the server, or 11112. The PACS must know it by our AE title.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int LocalPort { get; set; } = 11112;

    /// <summary>
    /// Runs getscu without the relay: no bytes in the progress, no idle limit, and what getscu cannot receive is found out by
    /// trying. With TLS or -MaxBytesPerSecond, which need the relay, Auto leaves getscu out.
    /// </summary>
    [Parameter]
    public SwitchParameter NoRelay { get; set; }

    /// <summary>
    /// Transfer syntaxes to offer to the PACS beside the storage syntaxes of PS3.6, which the built-in retriever offers anyway:
    /// UIDs, such as those of private syntaxes, or names and keywords of PS3.6. Auto then begins with the built-in retriever.
    /// getscu and movescu cannot offer them.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TransferSyntaxCompleter))]
    public string[] TransferSyntax { get; set; } = [];

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

    /// <summary>Rounds in which what is missing is asked for again, 3 by default. A round may be several requests, each in another way.</summary>
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

    /// <summary>A log file. One line is appended per event: begin and end of each study, and errors with their ErrorIds.</summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Whether the leaf has a limit of its own.</summary>
    private protected virtual bool IsLimited => false;

    /// <summary>Whether what WriteDebug is given is shown to anybody.</summary>
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
            };
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidLayout(Layout, exception.Message));
        }

        _transferSyntaxes = ReadTransferSyntaxes();
        if (Retriever == Retriever.MoveScu && MyInvocation.BoundParameters.ContainsKey(nameof(LocalPort)))
            CheckLocalPort(LocalPort);
        if (MaxBytesPerSecond > 0 && RunsAsItIs(Retriever))
            ThrowTerminatingError(ErrorRecords.RelayNeeded("limit to its rate", Retriever));
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

    /// <summary>What the objects of the pipeline, or the parameters, ask for; null where an error was written instead.</summary>
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
            // A dry run counts as the run would.
            _progress.Instances += CountOf(study) ?? 0;
            _progress.Done++;
            return;
        }

        if (RunsAsItIs(RetrieverOf(study.Server)) && (study.Server.UseTls || MaxBytesPerSecond > 0))
            ThrowTerminatingError(ErrorRecords.RelayNeeded(study.Server.UseTls ? "TLS" : "limit to its rate", RetrieverOf(study.Server)));
        if (_transferSyntaxes.Count > 0 && RetrieverOf(study.Server) is Retriever.GetScu or Retriever.MoveScu)
            ThrowTerminatingError(ErrorRecords.TransferSyntaxNotOffered(RetrieverOf(study.Server)));
        var ladder = LadderOf(study.Server);
        Begin();
        WarnOfNoLimit(study);
        if (Failed.ReasonOf(study.Server) is { } reason)
        {
            var result = study.NewResult() with { Status = SaveStatus.Failed, Reason = reason.Message };
            Finish(new RetrievalOutcome(study, result, reason, Refusal: null), progress: null);
            return;
        }

        // One manifest: what is of one study comes one after the other.
        ListenWhile(() => _underWay.Contains(study.StudyInstanceUid));
        Log($"Begin {study} at {study.Server}");
        var progress = new RetrieveProgress($"{study}", step => _jobs!.Mention(() => WriteVerbose($"{study}: {step}.")));
        _underWay.Add(study.StudyInstanceUid);
        _progress.Begin(progress);
        var retrieval = new StudyRetrieval(study, _options!, ladder, _throttle!, progress, IsDebugging ? line => _jobs!.Mention(() => WriteDebug(line)) : null);
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
        var known = _options!.Archive.Present(study.StudyInstanceUid, _options.LocatorOf(study)).Values
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
                _options!.Archive.Root, exception as DestinationException ?? new DestinationException("Its own folder cannot be read", exception)));
        }
    }

    /// <summary>
    /// Once in a call. It has a limit if it was given one, if the search that found its studies was, or if UIDs were
    /// named; series and instances count as their study.
    /// </summary>
    private void WarnOfNoLimit(StudyToSave study)
    {
        if (MaxImages > 0 || IsLimited || study.IsLimited || _unlimited.Count > UnlimitedStudies || !_unlimited.Add(study.StudyInstanceUid))
            return;
        if (_unlimited.Count > UnlimitedStudies)
        {
            WriteWarning($"More than {UnlimitedStudies} studies of {study.Server} are being retrieved, and this call has no limit. "
                + "On a PACS in clinical use, give one: -MaxStudies of Find-PacsStudy or Save-PacsStudy, or -MaxImages.");
        }
    }
}
