using System.Management.Automation;
using PacsNm.Jobs;

namespace PacsNm;

/// <summary>Creates the error records about jobs. The ErrorIds are public API.</summary>
internal static class JobErrors
{
    /// <summary>A text cannot be the name of a job.</summary>
    public static ErrorRecord InvalidJobName(string value) => ErrorRecords.Argument(
        "InvalidJobName", "Name", value,
        $"-Name: '{value}' is not a valid name for a job. It is also the name of a folder and has 1 to 64 characters, such as cohort.");

    /// <summary>A list, its map or its layout cannot be used.</summary>
    public static ErrorRecord InvalidList(string problem, IReadOnlyList<string> columns) => ErrorRecords.Create(
        new FormatException(problem), "InvalidList", ErrorCategory.InvalidData, columns.ToArray(),
        "Rename the columns of the list, use -Map, or correct -Layout.");

    /// <summary>There is a job of this name.</summary>
    public static ErrorRecord JobExists(string name) => ErrorRecords.Create(
        new InvalidOperationException($"The folder has a job '{name}'."), "JobExists", ErrorCategory.ResourceExists, name,
        "Choose another -Name. -Force replaces the job with its outcomes.");

    /// <summary>A folder has no such job.</summary>
    public static ErrorRecord JobNotFound(string? name, string folder) => ErrorRecords.Create(
        new ItemNotFoundException(name is null ? $"There is no job in '{folder}'." : $"There is no job '{name}' in '{folder}'."),
        "JobNotFound", ErrorCategory.ObjectNotFound, name, "Get-PacsJob -Path … lists the jobs of a folder. New-PacsJob makes one.");

    /// <summary>A folder has several jobs.</summary>
    public static ErrorRecord JobAmbiguous(IReadOnlyList<string> names) => ErrorRecords.Create(
        new InvalidOperationException($"The folder has several jobs: {string.Join(", ", names)}."),
        "JobAmbiguous", ErrorCategory.InvalidArgument, null, "Name one with -Name.");

    /// <summary>The files of a job cannot be read or written.</summary>
    public static ErrorRecord JobUnusable(string name, Exception exception) => ErrorRecords.Create(
        new IOException($"The job '{name}' cannot be used: {Problem(exception)}", exception),
        "JobUnusable", ErrorCategory.ResourceUnavailable, name,
        exception is JobRunningException ? "Wait until the run ends, or end it." : "Check the folder of the job.");

    /// <summary>Days of a job without a list were not searched completely.</summary>
    public static ErrorRecord JobNotSearched(string name, string why) => ErrorRecords.Create(
        new TimeoutException($"The job '{name}' was not searched up to today: {why}."),
        "JobNotSearched", ErrorCategory.OperationTimeout, name, "The next run searches these days again.");

    /// <summary>Rows of a job, or of a share of it, are left for later runs.</summary>
    public static ErrorRecord JobIncomplete(PacsJob job, Shard shard) => ErrorRecords.Create(
        new InvalidOperationException(
            $"{job.Left} of {job.Rows} rows of the job '{job.Name}'{(shard.Count > 1 ? $", share {shard}," : "")} are left for later runs"
                + (job.NextRetry is { } next && job.Pending + job.Postponed == 0 ? $"; none is due before {next:yyyy-MM-dd HH:mm}." : ".")),
        "JobIncomplete", ErrorCategory.InvalidResult, job,
        "Get-PacsJob -Row tells the outcome of each row. Run the job again later, or with -RetryFailed, which does not wait.");

    private static string Problem(Exception exception) =>
        exception is JobRunningException ? exception.Message : ErrorRecords.ProblemOf(exception);
}
