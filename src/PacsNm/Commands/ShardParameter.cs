using System.Management.Automation;
using PacsNm.Jobs;

namespace PacsNm.Commands;

/// <summary>Reads -Shard.</summary>
internal static class ShardParameter
{
    /// <summary>Returns the share; all of the work without a text. A text that is not a share ends the call with an error.</summary>
    public static Shard ReadShard(this PSCmdlet cmdlet, string? text)
    {
        if (text is null)
            return Shard.All;
        try
        {
            return Shard.Parse(text, Environment.GetEnvironmentVariable);
        }
        catch (FormatException exception)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.InvalidShard(text, exception.Message));
            throw;
        }
    }
}
