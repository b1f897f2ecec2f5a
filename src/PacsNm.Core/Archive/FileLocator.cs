using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Finds the files that the lines of a manifest describe, although some folder names are not recorded.</summary>
/// <param name="root">The full path of the archive's folder.</param>
/// <param name="studyFolder">
/// The path below the root where the study's files are expected; empty if unknown. It is searched first, because a search through the
/// folders of a hundred thousand patients is slow.
/// </param>
/// <param name="index">The folders of the archive, for many studies; null to search them.</param>
internal sealed class FileLocator(string root, string studyFolder, Lazy<FolderIndex>? index = null)
{
    private readonly Dictionary<string, string[]> _folders = new() { [""] = [root] };
    private readonly string[] _expected = studyFolder.Split([Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Returns the path of the file that a line describes; null if it does not exist.</summary>
    public string? Find(ManifestEntry entry)
    {
        var parts = (entry.File ?? "").Split('/');

        // A path in a manifest is followed only below the archive's folder.
        if (parts.Any(part => part != ManifestEntry.AnyName && SafeName.From(part, SafeName.MaximumFileLength) != part))
            return null;
        var expected = Path.Combine([root, .. Expected(parts)]);
        if (File.Exists(expected))
            return expected;
        return Expand(parts.Length - 1, parts).Select(folder => Path.Combine(folder, parts[parts.Length - 1])).FirstOrDefault(File.Exists);
    }

    /// <summary>Returns the path below the root where a file is expected, with slashes. Names that are not known stay as recorded.</summary>
    public string Expected(ManifestEntry entry) => string.Join("/", Expected((entry.File ?? "").Split('/')));

    private IEnumerable<string> Expected(string[] parts) =>
        parts.Select((part, at) => part == ManifestEntry.AnyName && at < _expected.Length ? _expected[at] : part);

    /// <summary>The folders that the first parts of a record may describe.</summary>
    private string[] Expand(int count, string[] parts)
    {
        var record = string.Join("/", parts.Take(count));
        if (_folders.TryGetValue(record, out var found))
            return found;
        var part = parts[count - 1];
        if (index is not null && part != ManifestEntry.AnyName)
            return _folders[record] = [.. index.Value.Named(part).Where(folder => IsDescribed(folder, parts, count))];
        var parents = Expand(count - 1, parts);
        if (index is not null)
            return _folders[record] = [.. parents.SelectMany(index.Value.In)];
        return _folders[record] = part == ManifestEntry.AnyName
            ? [.. parents.SelectMany(Directory.EnumerateDirectories).Where(folder => Path.GetFileName(folder) != LocalArchive.OwnFolder)]
            : [.. parents.Select(parent => Path.Combine(parent, part)).Where(Directory.Exists)];
    }

    private bool IsDescribed(string folder, string[] parts, int count)
    {
        var names = folder.Substring(root.Length).Trim(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return names.Length == count
            && !names.Where((name, at) => parts[at] != ManifestEntry.AnyName && !parts[at].Equals(name, StringComparison.OrdinalIgnoreCase))
                .Any();
    }
}
