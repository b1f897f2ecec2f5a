namespace PacsNm.Tests;

/// <summary>What a test looks for in a destination.</summary>
internal static class SavedFolder
{
    /// <summary>The files in the archive, all that is not the module's own.</summary>
    public static string[] Files(string destination) => Directory.Exists(destination)
        ? [.. Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories)
            .Where(
                path => !path.Contains(
                    $"{Path.DirectorySeparatorChar}.pacsnm{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Files that a file is written to before it has its name.</summary>
    public static string[] Temporary(string path) =>
        [.. Directory.GetFiles(Path.GetDirectoryName(path)!).Where(file => file.StartsWith(path + ".", StringComparison.Ordinal))];

    /// <summary>Whatever is in the staging folder.</summary>
    public static string[] Staging(string destination)
    {
        var folder = Path.Combine(destination, ".pacsnm", "staging");
        return Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
    }

    /// <summary>All manifests as one text.</summary>
    public static string Manifests(string destination) =>
        string.Concat(Directory.EnumerateFiles(Path.Combine(destination, ".pacsnm"), "*.jsonl").Select(File.ReadAllText));
}
