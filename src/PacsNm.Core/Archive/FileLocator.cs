using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Finds the files that the lines of a manifest tell of, where some folders' names are not recorded.</summary>
/// <param name="root">The archive's folder, a full path.</param>
/// <param name="studyFolder">
/// Where the study's files should be, below the root: looked at first, since a folder of a hundred thousand patients takes
/// its time. Empty where nobody knows.
/// </param>
internal sealed class FileLocator(string root, string studyFolder)
{
    private readonly Dictionary<string, string[]> _folders = new() { [""] = [root] };
    private readonly string[] _expected = studyFolder.Split([Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Where the file of a line is; null where it is not.</summary>
    public string? Find(ManifestEntry entry)
    {
        var parts = (entry.File ?? "").Split('/');

        // What a manifest says is believed as far as below the archive's folder.
        if (parts.Any(part => part != ManifestEntry.AnyName && SafeName.From(part, SafeName.MaximumFileLength) != part))
            return null;
        var expected = Path.Combine([root, .. parts.Select((part, index) => part == ManifestEntry.AnyName && index < _expected.Length ? _expected[index] : part)]);
        if (File.Exists(expected))
            return expected;
        return Expand(parts.Length - 1, parts).Select(folder => Path.Combine(folder, parts[parts.Length - 1])).FirstOrDefault(File.Exists);
    }

    /// <summary>The folders that the first parts of a record can mean.</summary>
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
