namespace PacsNm.Archive;

/// <summary>
/// Reads the manifests of an archive one after the other, and finds the paths of their files. It opens no file but the manifests, and its
/// memory grows with the folders and not with the files.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="problem">Called for each folder that cannot be read.</param>
/// <param name="cancellationToken">Ends the walk through the folders.</param>
internal sealed class RecordedStudies(LocalArchive archive, Action<string, Exception> problem, CancellationToken cancellationToken)
{
    /// <summary>The number of manifests, after <see cref="Read"/> has begun.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the studies in the order of their UIDs.</summary>
    public IEnumerable<RecordedStudy> Read()
    {
        var manifests = new ManifestReader(archive);
        Count = manifests.Names.Count;
        var folders = new Lazy<FolderIndex>(() => new FolderIndex(archive.Root, problem, cancellationToken));
        var locator = new FileLocator(archive.Root, "", folders);
        foreach (var name in manifests.Names)
        {
            var (content, end) = (manifests.Read(name), manifests.LastEndOf(name));
            if (content is null)
            {
                var problem = "a run is working on it, or access to its manifest is denied";
                yield return new RecordedStudy(name, [], null, problem) { Name = name };
            }
            else if (content.Entries.Count > 0 || end is not null)
            {
                yield return Of(name, content, end, locator, folders);
            }
        }
    }

    private RecordedStudy Of(string name, ManifestContent content, string? lastEnd, FileLocator any, Lazy<FolderIndex> folders)
    {
        var files = new List<RecordedFile>();
        var unknown = 0;
        ManifestEntry[] recorded = [.. Due(content)];
        ManifestEntry[] due = [.. recorded.Where(entry => entry.IsSound)];

        // Names that are not recorded are made of the patient's data, so one file of a study tells those of the others.
        var known = due.Select(any.Find).FirstOrDefault(path => path is not null);
        var folder = known is null ? "" : Path.GetDirectoryName(known)!.Substring(archive.Root.Length);
        var locator = new FileLocator(archive.Root, folder, folders);
        foreach (var entry in due)
        {
            var full = locator.Find(entry);
            var exists = full is not null && new FileInfo(full).Length == entry.Bytes;
            var path = full?.Substring(archive.Root.Length).Trim(Path.DirectorySeparatorChar).Replace(Path.DirectorySeparatorChar, '/')
                ?? locator.Expected(entry);
            if (path.Split('/').Contains(ManifestEntry.AnyName))
                unknown++;
            else
                files.Add(new RecordedFile(entry, path, exists));
        }

        var broken = content.Entries.Count(entry => entry is null) + recorded.Length - due.Length + content.BreaksUpTo(lastEnd);
        var open = content.Entries.Skip(content.LastEnd + 1).Count(entry => entry is { IsFile: true });
        var gone = files.Count(file => !file.Exists) + unknown;
        string[] problems =
        [
            .. broken > 0 ? [$"{broken} lines of its manifest were changed or removed, or cannot be read"] : Array.Empty<string>(),
            .. open > 0 ? [$"{open} files of a run that was killed are not recorded yet"] : Array.Empty<string>(),
            .. gone > 0 ? [$"{gone} of its files are missing or have another length"] : Array.Empty<string>(),
        ];
        return new RecordedStudy(
            content.StudyInstanceUid ?? name,
            files,
            content.EndOfStudy,
            problems.Length > 0 ? string.Join(", and ", problems) : null)
        {
            Name = name,
            Manifest = content.Bytes,
            LastEnd = lastEnd,
        };
    }

    /// <summary>
    /// The latest line of each instance. Lines that no end of a run follows are left out: their files may not be in their places.
    /// </summary>
    private static IEnumerable<ManifestEntry> Due(ManifestContent content) => content.Entries.Take(Math.Max(0, content.LastEnd))
        .OfType<ManifestEntry>().Where(entry => entry.IsFile).GroupBy(InstanceKey.Of).Select(same => same.Last());
}
