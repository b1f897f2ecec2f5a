using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Finds the files that the lines of a manifest describe, although some folder names are not recorded.</summary>
/// <param name="root">The full path of the archive's folder.</param>
/// <param name="studyFolder">
/// The path below the root where the study's files are expected; empty if unknown. It is searched first, because a search through the
/// folders of a hundred thousand patients is slow.
/// </param>
internal sealed class FileLocator(string root, string studyFolder)
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
        var names = parts.Select((part, index) => part == ManifestEntry.AnyName && index < _expected.Length ? _expected[index] : part);
        var expected = Path.Combine([root, .. names]);
        if (File.Exists(expected))
            return expected;
        return Expand(parts.Length - 1, parts).Select(folder => Path.Combine(folder, parts[parts.Length - 1])).FirstOrDefault(File.Exists);
    }

    /// <summary>The folders that the first parts of a record may describe.</summary>
    private string[] Expand(int count, string[] parts)
    {
        var record = string.Join("/", parts.Take(count));
        if (_folders.TryGetValue(record, out var found))
            return found;
        var parents = Expand(count - 1, parts);
        var part = parts[count - 1];
        return _folders[record] = part == ManifestEntry.AnyName
            ? [.. parents.SelectMany(Directory.EnumerateDirectories).Where(folder => Path.GetFileName(folder) != LocalArchive.OwnFolder)]
            : [.. parents.Select(parent => Path.Combine(parent, part)).Where(Directory.Exists)];
    }
}
