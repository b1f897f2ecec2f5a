using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Jobs;

namespace PacsNm.Commands;

/// <summary>Finds jobs in a folder.</summary>
internal static class JobPath
{
    /// <summary>Returns the jobs of a folder with a name.</summary>
    /// <param name="cmdlet">The cmdlet, which an error ends.</param>
    /// <param name="path">The folder, as the user wrote it.</param>
    /// <param name="name">The name, which may have wildcards; null for all.</param>
    public static IReadOnlyList<StoredJob> FindJobs(this PSCmdlet cmdlet, string path, string? name)
    {
        var archive = cmdlet.ResolveFileSystemPath(path);
        try
        {
            var pattern = name is null ? null : WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            StoredJob[] jobs = [.. StoredJob.All(archive).Where(job => pattern?.IsMatch(job.Definition.Name) != false)];
            if (jobs.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name ?? ""))
                cmdlet.ThrowTerminatingError(ErrorRecords.JobNotFound(name, archive));
            return jobs;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.JobUnusable(name ?? "", exception));
            throw;
        }
    }

    /// <summary>Returns the one job of a folder, or the one with a name.</summary>
    public static StoredJob FindJob(this PSCmdlet cmdlet, string path, string? name)
    {
        var jobs = cmdlet.FindJobs(path, name);
        if (jobs.Count != 1)
            cmdlet.ThrowTerminatingError(ErrorRecords.JobAmbiguous([.. jobs.Select(job => job.Definition.Name)]));
        return jobs[0];
    }

    /// <summary>Adds the cells of a row to an object.</summary>
    public static PSObject WithCells(PacsJobRow row, IReadOnlyList<string> columns, IReadOnlyList<string> cells)
    {
        var shown = new PSObject(row);
        for (var index = 0; index < columns.Count && index < cells.Count; index++)
        {
            if (columns[index].Length > 0 && shown.Properties[columns[index]] is null)
                shown.Properties.Add(new PSNoteProperty(columns[index], cells[index]));
        }

        return shown;
    }
}
