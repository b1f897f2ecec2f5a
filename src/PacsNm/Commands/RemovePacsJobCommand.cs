using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Jobs;

namespace PacsNm.Commands;

/// <summary>Removes a job with its list and its outcomes. The studies that it retrieved stay, and so do their manifests.</summary>
[Cmdlet(VerbsCommon.Remove, "PacsJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemovePacsJobCommand : PSCmdlet
{
    /// <summary>The folder that the job saves to.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Destination")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The name of the job, with the wildcards * and ?. It is needed if the folder has several jobs.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archive = this.ResolveFileSystemPath(Path);
        var names = Name is null ? [this.FindJob(archive, name: null)] : this.FindJobs(archive, Name);
        foreach (var name in names)
        {
            if (!ShouldProcess($"Job '{name}' in '{archive}'", "Remove the list and the outcomes"))
                continue;
            try
            {
                StoredJob.Delete(archive, name);
            }
            catch (Exception exception) when (FileFailure.Is(exception))
            {
                WriteError(JobErrors.JobUnusable(name, exception));
            }
        }
    }
}
