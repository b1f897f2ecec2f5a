using System.Diagnostics;

namespace PacsNm.Tests;

/// <summary>A run of PacsNm.Host: the module in a process of its own.</summary>
internal sealed class HostProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private HostProcess(int exitCode, string output, string error)
    {
        ExitCode = exitCode;
        Output = output;
        Error = error;
    }

    public int ExitCode { get; }

    public string Output { get; }

    public string Error { get; }

    /// <summary>Runs commands.</summary>
    public static HostProcess Run(string command, params (string Name, string? Value)[] environment) =>
        Start(["-Command", command], environment);

    /// <summary>Runs the host with any arguments.</summary>
    public static HostProcess Start(string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [HostAssembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("PacsNm.Host did not end.");
        }

        return new HostProcess(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Built in the configuration that the tests were built in.</summary>
    private static string HostAssembly => AppContext.BaseDirectory.Replace(
        Path.Combine("tests", "PacsNm.Tests"), Path.Combine("tests", "PacsNm.Host"), StringComparison.Ordinal) + "PacsNm.Host.dll";
}
