using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Completion;
using PacsNm.Jobs;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>
/// The base class of cmdlets that retrieve what they are given: studies, series or instances. Each derived class reads one of these.
/// </summary>
public abstract class SavePacsCommand : RetrievalCommand
{
    private Shard _shard = Jobs.Shard.All;

    private protected SavePacsCommand(string items)
        : base(items)
    {
    }

    /// <summary>The folder to save to; ./nm_images by default. It is created if it does not exist.</summary>
    [Parameter]
    [Alias("OutputPath", "o")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "nm_images";

    /// <summary>
    /// The layout of the folder: Tree (PatientID/StudyInstanceUID/SeriesInstanceUID), Flat (one folder, getscu's file names), or a template
    /// with keywords of PS3.6 in braces.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LayoutCompleter))]
    public string Layout { get; set; } = ArchiveLayout.Tree;

    /// <summary>
    /// Retrieves one of several equal shares, so that several computers can divide the work: 3/16 is the third of 16. Auto takes the share
    /// from a task of a Slurm array, and Auto/16 from a pod of a Kubernetes Indexed Job. The share of a study depends on its UID alone.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Shard { get; set; }

    /// <inheritdoc/>
    private protected override string DestinationText => Destination;

    /// <inheritdoc/>
    private protected override string LayoutText => Layout;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _shard = this.ReadShard(Shard);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Save([.. Wanted().OfType<StudyToSave>().Where(study => _shard.Has(study.StudyInstanceUid))], isLast: !MyInvocation.ExpectingInput);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Finish();

    /// <summary>Reads the pipeline objects or the parameters; null where an error was written instead.</summary>
    private protected abstract IEnumerable<StudyToSave?> Wanted();

    /// <inheritdoc/>
    private protected override void OnResult(RetrievalOutcome outcome)
    {
        WriteObject(outcome.Result);
        WriteError(outcome);
    }
}
