using System.Diagnostics;

namespace PacsNm.Tests;

/// <summary>A run of PacsNm.Host: the module in a process of its own.</summary>
internal sealed class HostProcess
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(90);

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
    public static HostProcess Start(string[] arguments, params (string Name, string? Value)[] environment) =>
        StartUnder([], arguments, environment);

    /// <summary>Runs the host as the last arguments of another program.</summary>
    public static HostProcess StartUnder(string[] program, string[] arguments, params (string Name, string? Value)[] environment) =>
        StartUnder(UsualLimit, program, arguments, environment);

    /// <summary>The same, with a limit of its own.</summary>
    public static HostProcess StartUnder(TimeSpan limit, string[] program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = StartInfo(program, arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("PacsNm.Host did not end.");
        }

        return new HostProcess(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts the host and leaves it running.</summary>
    public static Process Begin(params string[] arguments)
    {
        var process = Process.Start(StartInfo([], arguments))!;
        process.StandardInput.Close();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static ProcessStartInfo StartInfo(string[] program, string[] arguments)
    {
        string[] line = [.. program, "dotnet", HostAssembly, .. arguments];
        return new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>Built in the configuration that the tests were built in.</summary>
    private static string HostAssembly => AppContext.BaseDirectory.Replace(
        Path.Combine("tests", "PacsNm.Tests"), Path.Combine("tests", "PacsNm.Host"), StringComparison.Ordinal) + "PacsNm.Host.dll";
}
