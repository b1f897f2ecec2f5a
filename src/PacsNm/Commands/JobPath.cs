using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Jobs;

namespace PacsNm.Commands;

/// <summary>Finds jobs in a folder.</summary>
internal static class JobPath
{
    /// <summary>Returns the names of the jobs of an archive. An absent one is an error that ends the call, unless wildcards name it.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="archive">The full path of the archive.</param>
    /// <param name="name">The name, which may have wildcards; null for all.</param>
    public static IReadOnlyList<string> FindJobs(this PSCmdlet cmdlet, string archive, string? name)
    {
        try
        {
            var pattern = WildcardPattern.Get(name ?? "*", WildcardOptions.IgnoreCase);
            string[] names = [.. StoredJob.NamesIn(archive).Where(pattern.IsMatch)];
            if (names.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name ?? ""))
                cmdlet.ThrowTerminatingError(JobErrors.JobNotFound(name, archive));
            return names;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            cmdlet.ThrowTerminatingError(JobErrors.JobUnusable(name ?? "", exception));
            throw;
        }
    }

    /// <summary>Returns the name of the one job of an archive, or of the one that is named. If there is none, the call ends.</summary>
    public static string FindJob(this PSCmdlet cmdlet, string archive, string? name)
    {
        var names = cmdlet.FindJobs(archive, name);
        if (names.Count != 1)
            cmdlet.ThrowTerminatingError(JobErrors.JobAmbiguous(names));
        return names[0];
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
