using PacsNm.Files;

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
    private readonly FilePatience _patience = new(TimeSpan.FromMilliseconds(300));

    /// <summary>The number of manifests, after <see cref="Read"/> has begun.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the studies in the order of their UIDs.</summary>
    public IEnumerable<RecordedStudy> Read()
    {
        if (!Directory.Exists(archive.ManifestFolder))
            yield break;

        // Runs that ended before the manifests are read must be in them.
        var ends = new ManifestEnds(archive.ManifestFolder).Read();
        string[] names =
        [
            .. Directory.EnumerateFiles(archive.ManifestFolder, "*" + Manifest.Extension)
                .Select(path => Path.GetFileNameWithoutExtension(path)!)
                .Union(ends.Keys.Where(name => SafeName.From(name, SafeName.MaximumFileLength) == name))
                .OrderBy(name => name, StringComparer.Ordinal),
        ];
        Count = names.Length;
        var folders = new Lazy<FolderIndex>(() => new FolderIndex(archive.Root, problem, cancellationToken));
        var locator = new FileLocator(archive.Root, "", folders);
        foreach (var name in names)
        {
            var content = ReadManifest(name);
            var end = ends.TryGetValue(name, out var hash) ? hash : null;
            if (content is null)
            {
                var problem = "a run is working on it, or access to its manifest is denied";
                yield return new RecordedStudy(name, [], null, problem) { Name = name };
            }
            else if (content.Entries.Count > 0 || end is not null)
                yield return Of(name, content, end, locator, folders);
        }
    }

    private RecordedStudy Of(string name, ManifestContent content, string? lastEnd, FileLocator any, Lazy<FolderIndex> folders)
    {
        var files = new List<RecordedFile>();
        var unknown = 0;
        ManifestEntry[] recorded = [.. Due(content.Entries)];
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

        var broken = content.Entries.Count(entry => entry is null) + recorded.Length - due.Length + content.Breaks
            + (lastEnd is null || content.Hashes.Contains(lastEnd) ? 0 : 1);
        var open = content.Entries.Skip(EndOf(content.Entries) + 1).Count(entry => entry is { IsFile: true });
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
            content.Entries.LastOrDefault(entry => entry is { Status: not null, SeriesInstanceUid: null }),
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
    private static IEnumerable<ManifestEntry> Due(IReadOnlyList<ManifestEntry?> entries)
    {
        return entries.Take(Math.Max(0, EndOf(entries))).OfType<ManifestEntry>().Where(entry => entry.IsFile).GroupBy(InstanceKey.Of)
            .Select(same => same.Last());
    }

    /// <summary>The index of the last line that ends a run; -1 if there is none.</summary>
    private static int EndOf(IReadOnlyList<ManifestEntry?> entries)
    {
        var end = -1;
        for (var index = 0; index < entries.Count; index++)
            end = entries[index]?.Status is null ? end : index;
        return end;
    }

    /// <summary>Reads a manifest; null while a run has it open.</summary>
    private ManifestContent? ReadManifest(string name)
    {
        try
        {
            return _patience.Run(() => Manifest.Read(Path.Combine(archive.ManifestFolder, name + Manifest.Extension)));
        }
        catch (FileNotFoundException)
        {
            return new ManifestContent([], 0, []);
        }
        catch (Exception exception) when (FileInUse.Is(exception) || exception is UnauthorizedAccessException)
        {
            return null;
        }
    }
}
