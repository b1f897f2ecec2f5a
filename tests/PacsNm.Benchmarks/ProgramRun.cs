using System.Diagnostics;
using System.Reflection;

namespace PacsNm.Benchmarks;

/// <summary>A program that ran to its end.</summary>
/// <param name="Output">What it wrote.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="PeakBytes">The most memory that it had at a time.</param>
internal sealed record ProgramRun(string Output, double Seconds, long PeakBytes)
{
    /// <summary>How often its memory is looked at, in milliseconds. The system keeps the peak: the last look is what counts.</summary>
    private const int LookInterval = 5;

    /// <summary>Runs a program.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="noDelay">Whether DCMTK is told to turn Nagle's algorithm off.</param>
    /// <param name="isWatched">Whether its memory is looked at, which takes a little of the time that it has.</param>
    /// <exception cref="InvalidOperationException">It reported a failure.</exception>
    public static ProgramRun Of(string program, IEnumerable<string> arguments, bool noDelay = false, bool isWatched = false)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (noDelay)
            start.Environment["TCP_NODELAY"] = "1";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(isWatched ? LookInterval : Timeout.Infinite))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It has ended in between.
            }
        }

        return process.ExitCode == 0
            ? new ProgramRun(output.Result, clock.Elapsed.TotalSeconds, peak)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output.Result} {error.Result}");
    }

    /// <summary>Runs a script in a PowerShell process, with the module in it.</summary>
    public static ProgramRun OfHost(string script)
    {
        var powerShell = typeof(ProgramRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "PowerShell").Value!;
        var import = $"Import-Module '{Path.Combine(Engine.RepositoryRoot, "PacsNm.psd1")}' -ErrorAction Stop; ";
        return Of("dotnet", [powerShell, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", import + script], isWatched: true);
    }
}
