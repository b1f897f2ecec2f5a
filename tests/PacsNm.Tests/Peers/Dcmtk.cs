using System.Diagnostics;

namespace PacsNm.Tests.Peers;

/// <summary>Runs the programs of DCMTK, and others.</summary>
internal static class Dcmtk
{
    /// <summary>Runs one, which must succeed.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string tool, params string[] arguments)
    {
        var (exitCode, output) = TryRun(tool, arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{tool} ended with {exitCode}: {output}");
    }

    /// <summary>Runs one.</summary>
    public static (int ExitCode, string Output) TryRun(string tool, params string[] arguments) => TryRunIn("", tool, arguments);

    /// <summary>Runs one in a folder.</summary>
    public static (int ExitCode, string Output) TryRunIn(string folder, string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(Require.Tool(tool), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Wait.Limit))
        {
            process.Kill();
            throw new TimeoutException($"{tool} did not end.");
        }

        return (process.ExitCode, output.Result + error.Result);
    }

    /// <summary>The value of an element as dcmdump shows it.</summary>
    public static string Value(string file, string keyword)
    {
        var line = Run("dcmdump", "+P", keyword, file);
        var start = line.IndexOf('[', StringComparison.Ordinal) + 1;
        return line[start..line.IndexOf(']', start)].Trim();
    }

    /// <summary>The pixel bytes of a file, as dcmdump writes them out.</summary>
    public static byte[] Pixels(string file) => Dump(file).Pixels;

    /// <summary>The elements of a file as dcmdump prints them, and its pixel bytes.</summary>
    public static (string Text, byte[] Pixels) Dump(string file)
    {
        var folder = Directory.CreateTempSubdirectory("pacsnm-pixels-");
        try
        {
            var text = Run("dcmdump", "+L", "+W", folder.FullName, file);
            return (text, [.. folder.EnumerateFiles().OrderBy(raw => raw.Name).SelectMany(raw => File.ReadAllBytes(raw.FullName))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
