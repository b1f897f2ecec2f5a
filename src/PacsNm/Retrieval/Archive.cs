namespace PacsNm.Retrieval;

/// <summary>
/// A folder that retrieved files are kept in, and beside them, in a folder of the module's own, the manifests of their
/// studies and what is under way.
/// </summary>
/// <param name="root">The archive's folder, a full path.</param>
internal sealed class Archive(string root)
{
    /// <summary>What belongs to the module and not to the archive lies in here.</summary>
    public const string OwnFolder = ".pacsnm";

    /// <summary>The archive's folder.</summary>
    public string Root { get; } = root;

    /// <summary>Where the manifests are.</summary>
    public string ManifestFolder => Path.Combine(Root, OwnFolder);

    /// <summary>Where runs put what arrives.</summary>
    public string StagingParent => Path.Combine(ManifestFolder, "staging");

    /// <summary>The manifest of a study.</summary>
    public string ManifestPath(string studyInstanceUid) => Path.Combine(ManifestFolder, studyInstanceUid + Manifest.Extension);

    /// <summary>Opens the manifest of a study; waits while another run works on it.</summary>
    public Task<Manifest> OpenManifestAsync(string studyInstanceUid, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(ManifestFolder);
        return Manifest.OpenAsync(ManifestPath(studyInstanceUid), cancellationToken);
    }

    /// <summary>The lines about files that are on disk in their recorded length; all that is said without opening any.</summary>
    public Dictionary<string, ManifestEntry> Present(IEnumerable<ManifestEntry> latest)
    {
        var folders = new Dictionary<string, string[]>();
        return latest
            .Where(entry => Locate(entry, folders) is { } path && new FileInfo(path).Length == entry.Bytes)
            .ToDictionary(entry => entry.SopInstanceUid!);
    }

    /// <summary>The same for a study, from its manifest as it is now; nothing where a run has it open.</summary>
    public Dictionary<string, ManifestEntry> Present(string studyInstanceUid)
    {
        try
        {
            var latest = new Dictionary<string, ManifestEntry>();
            foreach (var entry in Manifest.Read(ManifestPath(studyInstanceUid)))
            {
                if (entry?.SopInstanceUid is { } uid)
                    latest[uid] = entry;
            }

            return Present(latest.Values);
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            return [];
        }
    }

    /// <summary>Where the file of a line is; null where it is not.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="folders">What has been found of folders, to be given again with the next line.</param>
    public string? Locate(ManifestEntry entry, Dictionary<string, string[]> folders)
    {
        var record = entry.File ?? "";
        var slash = record.LastIndexOf('/');
        var folder = record.Substring(0, Math.Max(0, slash));
        if (!folders.TryGetValue(folder, out var paths))
            folders[folder] = paths = [.. Expand(folder)];
        return paths.Select(path => Path.Combine(path, record.Substring(slash + 1))).FirstOrDefault(File.Exists);
    }

    /// <summary>The folders that a recorded path can mean: an asterisk is any name.</summary>
    private IEnumerable<string> Expand(string record)
    {
        IEnumerable<string> paths = [Root];
        foreach (var part in record.Split(['/'], StringSplitOptions.RemoveEmptyEntries))
        {
            // What a manifest says is believed as far as below the archive's folder.
            if (part is "." or "..")
                return [];
            paths = part == ManifestEntry.AnyName
                ? paths.SelectMany(Directory.EnumerateDirectories).Where(path => Path.GetFileName(path) != OwnFolder)
                : paths.Select(path => Path.Combine(path, part)).Where(Directory.Exists);
        }

        return paths;
    }
}
