using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using PacsNm.Processes;

namespace PacsNm.Retrievers;

/// <summary>A program of DCMTK on this computer.</summary>
internal static class DcmtkTool
{
    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(5);

    /// <summary>How to install DCMTK on this operating system.</summary>
    public static string HowToInstall =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? "Install DCMTK: choco install dcmtk, or unpack the archive from https://dicom.offis.de/dcmtk "
                + "and add its bin folder to the PATH."
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX)
                ? "Install DCMTK: brew install dcmtk."
                : "Install DCMTK, package dcmtk: sudo apt-get install dcmtk (Debian, Ubuntu), sudo dnf install dcmtk (Fedora).";

    /// <summary>Finds a program on the PATH.</summary>
    /// <returns>The path; null if the program is not on the PATH.</returns>
    public static string? Find(string name)
    {
        var isWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);
        var file = isWindows ? name + ".exe" : name;
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator)

            // Windows also finds programs in an entry that is in quotes.
            .Select(folder => isWindows ? folder.Trim(' ', '"') : folder)

            // The .NET Framework throws for a path with a character that no path has.
            .Where(folder => folder.Length > 0 && folder.IndexOfAny(Path.GetInvalidPathChars()) < 0)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Returns the version that a program reports, such as 3.6.7; empty if it reports none.</summary>
    public static async Task<string> VersionAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(VersionLimit);
        using var output = new MemoryStream();
        try
        {
            await new ProgramRun(path, ["--version"]) { Output = output }.ExecuteAsync(default, limit.Token).ConfigureAwait(false);

            // $dcmtk: getscu v3.6.7 2022-04-22 $
            var words = Encoding.UTF8.GetString(output.ToArray()).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            return words.FirstOrDefault(word => word.Length > 1 && word[0] == 'v' && char.IsDigit(word[1]))?.Substring(1) ?? "";
        }
        catch (Exception exception) when (
            exception is Win32Exception || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // This computer cannot run the file, or the program does not end.
            return "";
        }
    }
}
