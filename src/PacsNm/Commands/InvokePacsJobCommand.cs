using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Jobs;
using PacsNm.Retrieval;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>
/// Runs a job in the foreground: it finds the studies of the rows, retrieves them, and records one outcome per row. Started again, it
/// does what is not final: rows that were not reached, and rows that did not succeed when their wait is over.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "PacsJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsJobRow))]
public sealed class InvokePacsJobCommand() : RetrievalCommand("studies")
{
    /// <summary>The rows whose studies are asked for before any of them is retrieved.</summary>
    private const int BatchSize = 200;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private StoredJob? _job;
    private JobRun? _run;
    private DicomNetworkException? _unreachable;
    private Patience? _patience;

    /// <summary>The folder that the job saves to; ./nm_images by default.</summary>
    [Parameter(Position = 0)]
    [Alias("Destination")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "nm_images";

    /// <summary>The name of the job. It is needed if the folder has several jobs.</summary>
    [Parameter(Position = 1)]
    public string? Name { get; set; }

    /// <summary>
    /// Tries rows that did not succeed without a wait. Rows that found no study, and rows that were tried as often as a job does it, are
    /// tried once more.
    /// </summary>
    [Parameter]
    public SwitchParameter RetryFailed { get; set; }

    /// <summary>
    /// Runs one of several equal shares of the rows, so that several computers can divide a job: 3/16 is the third of 16. Auto takes the
    /// share from a task of a Slurm array, and Auto/16 from a pod of a Kubernetes Indexed Job.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Shard { get; set; }

    /// <summary>
    /// The time in seconds for which the run tries to reach a PACS that does not answer, with growing pauses; 3600 by default. The rows
    /// stay Pending, and the run ends with an error.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 604800)]
    public int UnreachableTimeoutSeconds { get; set; } = 3600;

    /// <inheritdoc/>
    private protected override string DestinationText => Path;

    /// <inheritdoc/>
    private protected override string LayoutText => _job!.Definition.Layout;

    /// <inheritdoc/>
    private protected override bool IsLimited => true;

    /// <inheritdoc/>
    private protected override ArchiveLayout ReadLayout() => ArchiveLayout.Parse(LayoutText, JobList.Read(_job!.RowsPath).Columns);

    /// <inheritdoc/>
    private protected override ArchiveLayout LayoutOf(string studyInstanceUid) => _run!.LayoutOf(studyInstanceUid) ?? Options.Layout;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var archive = this.ResolveFileSystemPath(Path);
        var name = this.FindJob(archive, Name);
        try
        {
            _job = StoredJob.Read(archive, name);
        }
        catch (JobDamagedException exception)
        {
            ThrowTerminatingError(JobErrors.JobUnusable(name, exception));
        }

        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var shard = this.ReadShard(Shard);
        var definition = _job!.Definition;
        if (shard.Count > 1 && definition.IsDaily)
            ThrowTerminatingError(ErrorRecords.InvalidShard(Shard!, "A job without a list cannot be divided."));
        try
        {
            if (ResolveServer(CurrentServer(definition.Server)) is not { } server)
                return;
            if (!IsConfirmed(shard, server))
                return;
            using var run = _run = JobRun.Open(_job, shard, Options.Layout, Filter(definition.SeriesFilter), TimeProvider.System);
            Run(run, server);
            End(shard, server);
        }
        catch (Exception exception) when (FileFailure.Is(exception) || exception is FormatException)
        {
            ThrowTerminatingError(JobErrors.JobUnusable(definition.Name, exception));
        }
    }

    /// <inheritdoc/>
    private protected override void OnResult(RetrievalOutcome outcome)
    {
        if (ErrorRecords.ForOutcome(outcome, Options) is { } error && outcome.EndsCall)
        {
            WriteError(outcome);
            return;
        }

        if (outcome is { Failure: DicomNetworkException, Result: { Received: 0, Status: SaveStatus.Failed } }
            && Failed.ReasonOf(outcome.Study.Server) is { } reason)
        {
            // The PACS and not the study is the reason, so the row waits for it.
            _unreachable = reason;
            _run!.PutBack(outcome.Study);
            return;
        }

        if (outcome.Failure is not DicomNetworkException)
            _patience!.Reset();
        if (_run!.Add(outcome, !IsOpen(outcome.Study.Server), IsLimitReached) is { } state)
            Write(state);
    }

    private static PacsServer CurrentServer(SavedServer saved)
    {
        var server = saved.ToServer(isDefault: false);
        return server.Name.Length > 0 ? ServerFile.Read().Find(server.Name) ?? server : server;
    }

    private bool IsConfirmed(Shard shard, PacsServer server)
    {
        using var preview = JobRun.Read(_job!, shard);
        preview.ReadDueRows(RetryFailed);
        return ShouldProcess($"Job '{_job!.Definition.Name}' at {server}", $"Find and retrieve {preview.Describe()}");
    }

    private void Run(JobRun run, PacsServer server)
    {
        run.ReadDueRows(RetryFailed);
        Begin();
        Pool.Throttle.LowerTo(server.MaxAssociations);
        var patience = _patience = new Patience(TimeSpan.FromSeconds(UnreachableTimeoutSeconds));
        var isUsable = !_job!.Definition.IsDaily || FindNewStudies(run, server, patience);
        while (isUsable && !IsLimitReached && run.HasDueRows && WaitUntilOpen(server) && run.TakeRows(BatchSize) is { Count: > 0 } rows)
        {
            var found = Await(Pool.RunAsync(
                server, place => run.FindAsync(rows, server, place, () => IsOpen(server), StopToken), StopToken));
            _unreachable = found.Failure;
            foreach (var match in found.Matches)
                Retrieve(match, server);
            WaitForAll();
            if (_unreachable is null)
                patience.Reset();
            else
                isUsable = IsPatient(server, patience);
        }

        if (run.Warning is { } warning)
            WriteWarning(warning);
        if (run.HasMissed)
            WriteError(JobErrors.JobNotSearched(_job.Definition.Name, "the PACS did not send everything; see the warning"));
        if (run.HasDueRows && _unreachable is null && !IsOpen(server))
            WriteWarning(WhyClosed(server));
        Finish();
    }

    /// <summary>Finds the studies of a job without a list.</summary>
    /// <returns>False if the PACS cannot be used.</returns>
    private bool FindNewStudies(JobRun run, PacsServer server, Patience patience)
    {
        while (WaitUntilOpen(server))
        {
            try
            {
                var isDone = Await(Pool.RunAsync(
                    server, place => run.FindNewStudiesAsync(server, place, () => IsOpen(server), StopToken), StopToken));
                patience.Reset();
                if (isDone)
                    return true;
            }
            catch (DicomNetworkException exception)
            {
                _unreachable = exception;
                if (!IsPatient(server, patience))
                    return false;
            }
        }

        WriteError(JobErrors.JobNotSearched(_job!.Definition.Name, "the time of the call was over"));
        return false;
    }

    /// <summary>Waits before a PACS that could not be used is tried again.</summary>
    /// <returns>False if the run has waited long enough.</returns>
    private bool IsPatient(PacsServer server, Patience patience)
    {
        if (patience.Next() is not { } pause)
            return false;
        WriteVerbose($"{server} cannot be used: {_unreachable!.Message} Trying again in {pause.TotalSeconds:0} s.");
        var waited = Stopwatch.StartNew();
        ListenWhile(() => waited.Elapsed < pause && !IsOver(server));
        if (IsOver(server))
            return false;
        _unreachable = null;
        Failed.Forget(server);
        return true;
    }

    private void Retrieve(RowMatch match, PacsServer server)
    {
        if (_run!.Begin(match, server, out var items) is { } state)
        {
            Write(state);
            return;
        }

        Save(items, Options.Layout.ForRow(match.Row.Cells));
    }

    private void Write(RowState state) =>
        WriteObject(JobPath.WithCells(JobSummary.Of(state.Row, state), _run!.Columns, _run.CellsOf(state.Row)));

    private void End(Shard shard, PacsServer server)
    {
        if (_unreachable is not null)
            WriteError(ErrorRecords.ForNetwork(_unreachable, _job!.Definition.Name, server));
        var summary = JobSummary.Of(_job!, shard);
        if (summary.Rows - summary.Left - summary.Complete - summary.Duplicate is > 0 and var final)
            WriteWarning($"{final} of {summary.Rows} rows ended without their studies. Get-PacsJob -Row tells why.");
        if (summary.Left > 0)
            WriteError(JobErrors.JobIncomplete(summary, shard));
    }

    /// <summary>Makes a condition of the text of a script, which runs on the pipeline's thread.</summary>
    private Func<PacsSeries, bool>? Filter(string? text)
    {
        if (text is null)
            return null;

        // A misspelled property and a variable of another session are errors, and not an empty selection.
        var script = InvokeCommand.NewScriptBlock($"Set-StrictMode -Version 2.0\n& {{\n{text}\n}}");
        PSVariable stop = new("ErrorActionPreference", ActionPreference.Stop);
        return series =>
        {
            try
            {
                return LanguagePrimitives.IsTrue(script.InvokeWithContext(null, [stop, new PSVariable("_", series)]).LastOrDefault());
            }
            catch (RuntimeException exception) when (exception is not PipelineStoppedException)
            {
                throw new SeriesFilterException(Told(exception), exception);
            }
        };
    }

    /// <summary>What is wrong with a script, without a value of a series.</summary>
    private static string Told(RuntimeException exception)
    {
        var id = exception.ErrorRecord.FullyQualifiedErrorId.Split(',')[0];
        return id is "CommandNotFoundException" or "PropertyNotFoundStrict" or "VariableIsUndefined"
            ? exception.Message
            : $"{exception.GetBaseException().GetType().Name}.";
    }

    /// <summary>The growing pauses in which a PACS is tried again.</summary>
    private sealed class Patience(TimeSpan limit)
    {
        private TimeSpan _pause = FirstPause;
        private TimeSpan _waited;

        /// <summary>Returns the next pause; null if the limit is reached.</summary>
        public TimeSpan? Next()
        {
            if (_waited >= limit)
                return null;
            var pause = _pause < limit - _waited ? _pause : limit - _waited;
            _waited += pause;
            _pause = TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, LongestPause.Ticks));
            return pause;
        }

        /// <summary>Begins anew, after the PACS has answered.</summary>
        public void Reset() => (_pause, _waited) = (FirstPause, TimeSpan.Zero);
    }
}
