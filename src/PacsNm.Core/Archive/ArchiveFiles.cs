using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>All files of an archive, found in one walk, to be claimed by the lines of manifests.</summary>
internal sealed class ArchiveFiles
{
    // Windows and macOS know no case: a file is claimed rather twice than not at all.
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _claimed = [];
    private readonly string _root;

    /// <param name="root">The archive's folder, a full path.</param>
    /// <param name="tick">Called for each file.</param>
    public ArchiveFiles(string root, Action tick)
    {
        _root = root;

        // The archive's own folder must be readable; one below it may be another's, as lost+found is.
        Directory.GetFiles(root);
        foreach (var path in new FolderWalk((_, _) => UnreadableFolders++).Files(root))
        {
            var name = Path.GetFileName(path);
            if (!_byName.TryGetValue(name, out var paths))
                _byName[name] = paths = [];
            paths.Add(path);
            Count++;
            tick();
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Folders that cannot be looked into.</summary>
    public int UnreadableFolders { get; private set; }

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
            && parts.Zip(recorded, (part, name) => name == ManifestEntry.AnyName || name.Equals(part, StringComparison.OrdinalIgnoreCase)).All(isMeant => isMeant);
    }
}
