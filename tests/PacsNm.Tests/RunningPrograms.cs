using System.Diagnostics;

namespace PacsNm.Tests;

/// <summary>The programs of DCMTK that the module has started and that still run.</summary>
internal static class RunningPrograms
{
    /// <summary>Returns the getscu processes whose working directory lies below a folder.</summary>
    public static Process[] GetScusIn(string folder) =>
        [.. Process.GetProcessesByName("getscu").Where(process => WorkingDirectory(process).StartsWith(folder, StringComparison.Ordinal))];

    private static string WorkingDirectory(Process process)
    {
        try
        {
            return new FileInfo($"/proc/{process.Id}/cwd").LinkTarget ?? "";
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }
}
