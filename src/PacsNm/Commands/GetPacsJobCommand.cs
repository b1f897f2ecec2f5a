using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Jobs;

namespace PacsNm.Commands;

/// <summary>
/// Returns the jobs of a folder with the numbers of their outcomes, or the rows of a job, each with its outcome. It can do so while runs
/// of the job are going on, on this computer or on others.
/// </summary>
[Cmdlet(VerbsCommon.Get, "PacsJob")]
[OutputType(typeof(PacsJob), typeof(PacsJobRow))]
public sealed class GetPacsJobCommand : PSCmdlet
{
    /// <summary>The folder that the job saves to; ./nm_images by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Destination")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "nm_images";

    /// <summary>The name of the job, with the wildcards * and ?; all by default.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <summary>Returns the rows. The cells of the list are further properties of each row.</summary>
    [Parameter]
    public SwitchParameter Row { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archive = this.ResolveFileSystemPath(Path);
        foreach (var name in this.FindJobs(archive, Name))
        {
            try
            {
                var job = StoredJob.Read(archive, name);
                if (Row)
                    WriteRows(job);
                else
                    WriteObject(JobSummary.Of(job));
            }
            catch (Exception exception) when (FileFailure.Is(exception) || exception is FormatException)
            {
                WriteError(JobErrors.JobUnusable(name, exception));
            }
        }
    }

    private void WriteRows(StoredJob job)
    {
        var states = job.ReadStates();
        var list = JobList.Read(job.RowsPath);
        for (var index = 0; index < list.Rows.Count; index++)
        {
            states.TryGetValue(index + 1, out var state);
            WriteObject(JobPath.WithCells(JobSummary.Of(index + 1, state), list.Columns, list.Rows[index]));
        }
    }
}
