using System.Diagnostics;
using System.Reflection;

namespace PacsNm.Tests;

/// <summary>
/// A run of PowerShell in a process of its own: the one that build.ps1 runs in, or where the tests run without it the one that
/// .config/dotnet-tools.json names.
/// </summary>
internal sealed class HostProcess
{
    private static readonly string PowerShell = Environment.GetEnvironmentVariable("PACSNM_PWSH")
        ?? typeof(HostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "PowerShell").Value!;

    private static readonly string Session = Path.Combine(Repository.Root, "tests", "PacsNm.Tests", "session.ps1");

    private HostProcess(int exitCode, string output, string error)
    {
        ExitCode = exitCode;
        Output = output;
        Error = error;
    }

    public int ExitCode { get; }

    public string Output { get; }

    public string Error { get; }

    /// <summary>The command line of pwsh.</summary>
    public static string[] CommandLine(params string[] arguments) =>
        ["dotnet", PowerShell, "-NoLogo", "-NoProfile", "-NonInteractive", .. arguments];

    /// <summary>The arguments of pwsh that run commands in a session that has the module.</summary>
    public static string[] WithModule(string command) => ["-File", Session, "-Manifest", Repository.Manifest, "-Command", command];

    /// <summary>Runs commands in a session that has the module.</summary>
    public static HostProcess Run(string command, params (string Name, string? Value)[] environment) =>
        Start(WithModule(command), environment);

    /// <summary>Runs pwsh with any arguments.</summary>
    public static HostProcess Start(string[] arguments, params (string Name, string? Value)[] environment) =>
        StartUnder([], arguments, environment);

    /// <summary>Runs pwsh as the last arguments of another program.</summary>
    public static HostProcess StartUnder(string[] program, string[] arguments, params (string Name, string? Value)[] environment) =>
        StartUnder(Wait.Limit, program, arguments, environment);

    /// <summary>The same, with a limit of its own.</summary>
    public static HostProcess StartUnder(
        TimeSpan limit, string[] program, string[] arguments, params (string Name, string? Value)[] environment)
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
            throw new TimeoutException($"pwsh did not end within {limit.TotalSeconds} s.");
        }

        return new HostProcess(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts pwsh and leaves it running.</summary>
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
        string[] line = [.. program, .. CommandLine(arguments)];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        return start;
    }
}
