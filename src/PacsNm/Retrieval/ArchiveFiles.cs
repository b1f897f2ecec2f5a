namespace PacsNm.Retrieval;

/// <summary>All files of an archive, found in one walk, to be claimed by the lines of manifests.</summary>
internal sealed class ArchiveFiles
{
    private readonly Dictionary<string, List<string>> _byName = [];
    private readonly HashSet<string> _claimed = [];
    private readonly string _root;

    /// <param name="root">The archive's folder, a full path.</param>
    public ArchiveFiles(string root)
    {
        _root = root;
        foreach (var path in Walk(root))
        {
            var name = Path.GetFileName(path);
            if (!_byName.TryGetValue(name, out var paths))
                _byName[name] = paths = [];
            paths.Add(path);
            Count++;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The files that no line has claimed.</summary>
    public IEnumerable<string> Unclaimed => _byName.Values.SelectMany(paths => paths).Where(path => !_claimed.Contains(path));

    /// <summary>The files that a line can mean; they are claimed by that.</summary>
    public IReadOnlyList<string> Claim(ManifestEntry entry)
    {
        var recorded = (entry.File ?? "").Split('/');
        if (!_byName.TryGetValue(recorded[recorded.Length - 1], out var paths))
            return [];
        string[] found = [.. paths.Where(path => IsMeant(recorded, path))];
        _claimed.UnionWith(found);
        return found;
    }

    private bool IsMeant(string[] recorded, string path)
    {
        var parts = path.Substring(_root.Length).Trim(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return parts.Length == recorded.Length
            && parts.Zip(recorded, (part, name) => name == ManifestEntry.AnyName || name == part).All(isMeant => isMeant);
    }

    private static IEnumerable<string> Walk(string root)
    {
        var folders = new Stack<string>([root]);
        while (folders.Count > 0)
        {
            var folder = folders.Pop();
            foreach (var path in Directory.EnumerateFiles(folder))
                yield return path;
            foreach (var path in Directory.EnumerateDirectories(folder))
            {
                // A link may lead out of the archive, or round in a circle.
                if (Path.GetFileName(path) != Archive.OwnFolder && (File.GetAttributes(path) & FileAttributes.ReparsePoint) == 0)
                    folders.Push(path);
            }
        }
    }
}
