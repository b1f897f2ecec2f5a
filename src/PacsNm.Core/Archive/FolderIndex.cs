using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// The folders of an archive by name, found in one walk. It finds the folder of a study among those of a hundred thousand patients without
/// a search.
/// </summary>
internal sealed class FolderIndex
{
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="root">The full path of the archive's folder.</param>
    /// <param name="problem">Called for each folder that cannot be read.</param>
    public FolderIndex(string root, Action<string, Exception> problem)
    {
        foreach (var path in new FolderWalk(problem).Folders(root))
        {
            var name = Path.GetFileName(path);
            if (!_byName.TryGetValue(name, out var paths))
                _byName[name] = paths = [];
            paths.Add(path);
        }
    }

    /// <summary>Returns the folders of a name.</summary>
    public IReadOnlyList<string> Named(string name) => _byName.TryGetValue(name, out var paths) ? paths : [];
}
