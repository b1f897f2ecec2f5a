using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PacsNm.Benchmarks;

/// <summary>
/// Sleeps to within a tenth of a millisecond. Task.Delay and Thread.Sleep count in whole milliseconds, and a delay of one
/// way may be 2.5 ms; spinning would take a core from the programs that are measured.
/// </summary>
internal static class PreciseSleep
{
    /// <summary>Sleeps until a time of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public static void Until(long timestamp)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is { Ticks: > 0 } left)
            _ = USleep((uint)Math.Max(1, Math.Min(left.TotalMicroseconds, 900_000)));
    }

    [DllImport("libc", EntryPoint = "usleep")]
    private static extern int USleep(uint microseconds);
}
