using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves studies (C-GET, PS3.4 C.4.3) through DCMTK's getscu, and says whether they are complete.</summary>
[Cmdlet(VerbsData.Save, "PacsStudy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedStudy))]
public sealed class SavePacsStudyCommand : PacsServerCommand
{
    private const int StudiesActivity = 1;
    private const int InstancesActivity = 2;

    /// <summary>Lines of getscu that wait for the pipeline at most; then getscu waits.</summary>
    private const int QueueLength = 1024;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private string? _getScuPath;
    private int _studies;
    private int _instances;

    /// <summary>A study, as Find-PacsStudy emits it.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsStudy? InputObject { get; set; }

    /// <summary>Study Instance UIDs (0020,000D); a column of that name in a CSV file is taken too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>The folder to save to; made if it does not exist. ./nm_images by default.</summary>
    [Parameter]
    [Alias("OutputPath", "o")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "nm_images";

    /// <summary>The most studies to retrieve; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    /// <summary>The most instances to retrieve, over all studies; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxImages { get; set; }

    /// <summary>Seconds that one study may take in all, 300 by default. What has arrived by then is kept.</summary>
    [Parameter]
    [ValidateRange(1, 604800)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>Writes again what is in the destination already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var uid in InputObject is null ? StudyInstanceUid ?? [] : [InputObject.StudyInstanceUid])
        {
            if (IsLimitReached())
                return;
            if (AreUids([uid], nameof(StudyInstanceUid)))
                Save(uid);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteProgress(
        new ProgressRecord(StudiesActivity, "Retrieving studies", "Done") { RecordType = ProgressRecordType.Completed });

    private bool IsLimitReached() =>
        (MaxStudies > 0 && _studies >= MaxStudies) || (MaxImages > 0 && _instances >= MaxImages);

    private void Save(string uid)
    {
        var server = ResolveServer(InputObject?.Server);
        var destination = GetUnresolvedProviderPathFromPSPath(Destination);
        var count = InputObject?.NumberOfStudyRelatedInstances;
        int? maximum = MaxImages > 0 ? MaxImages - _instances : null;
        var asked = maximum < count ? maximum : count;
        _studies++;
        var instances = asked switch { null => "all instances", 1 => "1 instance", _ => $"{asked} instances" };
        if (!ShouldProcess($"Study {uid} at {server}", $"Retrieve {instances} to '{destination}'"))
        {
            // A dry run counts as the run would.
            _instances += asked ?? 0;
            return;
        }

        var study = new StudyToSave(
            server, uid, InputObject?.UniqueKeyOfPatient, count, InputObject?.InstanceAvailability ?? InstanceAvailability.Unknown, maximum);
        var outcome = Run(study, destination);
        _instances += outcome.Result.Received;
        var result = outcome.Result;
        WriteVerbose($"Study {uid}: {result.Status}, received {result.Received} in {result.Duration.TotalSeconds:0.0} s.");
        WriteObject(result);
        WriteFailure(outcome);
    }

    private RetrievalOutcome Run(StudyToSave study, string destination)
    {
        var retrieval = new StudyRetrieval(
            new Archive(destination, Force), FindGetScu(), TimeSpan.FromSeconds(TimeoutSeconds));
        var progress = new RetrieveProgress();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        using var lines = new BlockingCollection<string>(QueueLength);
        var work = Task.Run(async () =>
        {
            try
            {
                return await retrieval
                    .RunAsync(study, progress, line => lines.Add(line), ending.Token)
                    .ConfigureAwait(false);
            }
            finally
            {
                lines.CompleteAdding();
            }
        });
        try
        {
            Follow(study, progress, lines);
        }
        catch
        {
            // The pipeline was stopped. What has arrived is filed before control goes back.
            ending.Cancel();
            foreach (var _ in lines.GetConsumingEnumerable())
            {
            }

            work.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            throw;
        }

        try
        {
            return Await(work);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(ErrorRecords.DestinationUnusable(destination, exception));
            throw;
        }
        catch (Win32Exception exception)
        {
            ThrowTerminatingError(ErrorRecords.GetScuNotFound($"'{_getScuPath}' cannot be run: {exception.Message}. {DcmtkTool.HowToInstall}"));
            throw;
        }
    }

    /// <summary>Writes what the retrieval says while it works.</summary>
    private void Follow(StudyToSave study, RetrieveProgress progress, BlockingCollection<string> lines)
    {
        Tell();
        var sinceTold = Stopwatch.StartNew();
        while (!lines.IsCompleted)
        {
            if (lines.TryTake(out var line, ProgressInterval))
                WriteDebug($"getscu: {line}");
            if (sinceTold.Elapsed < ProgressInterval)
                continue;
            sinceTold.Restart();
            Tell();
        }

        Tell();

        void Tell()
        {
            WriteProgress(new ProgressRecord(StudiesActivity, "Retrieving studies", $"Study {_studies}"));
            WriteProgress(Describe(study, progress));
        }
    }

    private static ProgressRecord Describe(StudyToSave study, RetrieveProgress progress)
    {
        var objects = progress.Objects;
        var status = progress.Expected is { } expected ? $"{objects} of {expected} instances" : $"{objects} instances";
        return new ProgressRecord(
            InstancesActivity,
            $"Study {study.StudyInstanceUid}",
            $"{progress.Step}: {status}, {progress.Bytes / 1e6:0.0} MB")
        {
            ParentActivityId = StudiesActivity,
            PercentComplete = progress.Expected is > 0 and var whole ? Math.Min(100, 100 * objects / whole) : -1,
        };
    }

    private void WriteFailure(RetrievalOutcome outcome)
    {
        var result = outcome.Result;
        if (result.Status == SaveStatus.Complete)
            return;
        WriteError(
            outcome.TimedOut ? ErrorRecords.RetrieveTimeout(result, TimeoutSeconds)
            : outcome.Failure is { } failure ? ErrorRecords.ForNetwork(failure, result, result.Server)
            : result.Status == SaveStatus.Empty ? ErrorRecords.RetrieveEmpty(result)
            : ErrorRecords.RetrieveIncomplete(result));
    }

    private string FindGetScu()
    {
        _getScuPath ??= DcmtkTool.Find("getscu");
        if (_getScuPath is null)
            ThrowTerminatingError(ErrorRecords.GetScuNotFound(DcmtkTool.HowToInstall));
        return _getScuPath!;
    }
}
