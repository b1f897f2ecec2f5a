using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// The folders of an archive by name, found in one walk. It finds the folder of a study among those of a hundred thousand patients without
/// a search.
/// </summary>
internal sealed class FolderIndex
{
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _byParent = new(StringComparer.Ordinal);

    /// <param name="root">The full path of the archive's folder.</param>
    /// <param name="problem">Called for each folder that cannot be read.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public FolderIndex(string root, Action<string, Exception> problem, CancellationToken cancellationToken)
    {
        foreach (var path in new FolderWalk(problem).Folders(root).Skip(1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(_byName, Path.GetFileName(path), path);
            Add(_byParent, Path.GetDirectoryName(path)!, path);
        }
    }

    /// <summary>Returns the folders of a name.</summary>
    public IReadOnlyList<string> Named(string name) => _byName.TryGetValue(name, out var paths) ? paths : [];

    /// <summary>Returns the folders in a folder.</summary>
    public IReadOnlyList<string> In(string parent) => _byParent.TryGetValue(parent, out var paths) ? paths : [];

    private static void Add(Dictionary<string, List<string>> all, string key, string path)
    {
        if (!all.TryGetValue(key, out var paths))
            all[key] = paths = [];
        paths.Add(path);
    }
}
