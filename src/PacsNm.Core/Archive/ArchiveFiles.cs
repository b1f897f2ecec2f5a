using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>All files of an archive, found in one walk. Lines of manifests claim them.</summary>
internal sealed class ArchiveFiles
{
    // Windows and macOS ignore case in names. It is better to claim two files than none.
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _claimed = [];
    private readonly string _root;

    /// <param name="root">The full path of the archive's folder.</param>
    /// <param name="tick">Called for each file.</param>
    public ArchiveFiles(string root, Action tick)
    {
        _root = root;

        // The archive's own folder must be readable. A folder below it, such as lost+found, may belong to somebody else.
        Directory.GetFiles(root);
        foreach (var path in new FolderWalk((_, _) => UnreadableFolders++).Files(root))
        {
            var name = Path.GetFileName(path);
            if (!_byName.TryGetValue(name, out var paths))
                _byName[name] = paths = [];
            paths.Add(path);
            Count++;
            Bytes += new FileInfo(path) is { Exists: true } file ? file.Length : 0;
            tick();
        }
    }

    /// <summary>The number of files.</summary>
    public int Count { get; }

    /// <summary>The total size of the files in bytes.</summary>
    public long Bytes { get; }

    /// <summary>The number of folders that cannot be read.</summary>
    public int UnreadableFolders { get; private set; }

    /// <summary>The files that no line claimed.</summary>
    public IEnumerable<string> Unclaimed => _byName.Values.SelectMany(paths => paths).Where(path => !_claimed.Contains(path));

    /// <summary>Claims and returns the files that a line may describe. A folder whose name is not recorded matches any name.</summary>
    public IReadOnlyList<string> Claim(ManifestEntry entry)
    {
        var recorded = (entry.File ?? "").Split('/');
        if (!_byName.TryGetValue(recorded[recorded.Length - 1], out var paths))
            return [];
        string[] found = [.. paths.Where(path => IsDescribed(recorded, path))];
        _claimed.UnionWith(found);
        return found;
    }

    /// <summary>Returns a path below the archive's folder, with slashes.</summary>
    public static string Relative(string root, string path) =>
        path.Substring(root.Length).Trim(Path.DirectorySeparatorChar).Replace(Path.DirectorySeparatorChar, '/');

    private bool IsDescribed(string[] recorded, string path)
    {
        var parts = path.Substring(_root.Length).Trim(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return parts.Length == recorded.Length
            && !parts.Where((part, index) => !IsName(part, recorded[index])).Any();

        static bool IsName(string part, string name) =>
            name == ManifestEntry.AnyName || name.Equals(part, StringComparison.OrdinalIgnoreCase);
    }
}
