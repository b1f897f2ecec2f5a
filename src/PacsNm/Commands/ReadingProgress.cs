using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>The progress of a cmdlet that reads files.</summary>
internal static class ReadingProgress
{
    /// <summary>The time after which the rate says something about the time that is left.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>Creates a record with the bytes and the time left.</summary>
    /// <param name="activity">What the cmdlet does.</param>
    /// <param name="read">The bytes that were read.</param>
    /// <param name="total">The bytes to read.</param>
    /// <param name="elapsed">The time since reading began.</param>
    public static ProgressRecord Of(string activity, long read, long total, TimeSpan elapsed)
    {
        var part = total > 0 ? Math.Min(1, read / (double)total) : 0;
        return new ProgressRecord(1, activity, FormattableString.Invariant($"{read / 1e6:N0} of {total / 1e6:N0} MB"))
        {
            PercentComplete = (int)(100 * part),
            SecondsRemaining = part > 0 && elapsed > Settling ? (int)(elapsed.TotalSeconds * (1 - part) / part) : -1,
        };
    }
}
