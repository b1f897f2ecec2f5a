using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Verifies the files of an archive against its manifests, without a PACS.</summary>
/// <param name="archive">The archive.</param>
/// <param name="isQuick">Whether to compare only the sizes of files and not their contents.</param>
/// <param name="patience">Waits for programs that have a file open.</param>
/// <param name="tick">Called for each file that was verified.</param>
internal sealed class ArchiveVerifier(LocalArchive archive, bool isQuick, FilePatience patience, Action tick)
{
    private readonly ArchiveFiles _files = new(archive.Root, tick);
    private readonly HashSet<string> _inUse = [];

    /// <summary>A run holds its manifest for minutes, and a scanner for less than this.</summary>
    private readonly FilePatience _manifestPatience = new(TimeSpan.FromMilliseconds(300));

    /// <summary>The number of files in the archive.</summary>
    public int FileCount => _files.Count;

    /// <summary>The number of folders that cannot be read.</summary>
    public int UnreadableFolders => _files.UnreadableFolders;

    /// <summary>The number of files that belong to no study and are in no manifest.</summary>
    public int OtherFiles { get; private set; }

    /// <summary>Verifies each study, one at a time as the caller enumerates.</summary>
    public IEnumerable<PacsArchiveStudy> Verify()
    {
        // Runs that ended before the manifests are read must be in them.
        var ends = new ManifestEnds(archive.ManifestFolder).Read();

        // First all manifests claim their files. The remaining files are in no manifest.
        string[] manifests = Directory.Exists(archive.ManifestFolder)
            ?
            [
                .. Directory.EnumerateFiles(archive.ManifestFolder, "*" + Manifest.Extension)
                    .Select(path => Path.GetFileNameWithoutExtension(path)!)
                    .Union(ends.Keys)
                    .OrderBy(name => name, StringComparer.Ordinal),
            ]
            : [];
        foreach (var entry in manifests.SelectMany(name => Read(name)?.Entries ?? []).Where(entry => entry is { IsFile: true }))
            _files.Claim(entry!);
        var unlisted = _files.Unclaimed.ToLookup(StudyOf);
        OtherFiles = unlisted[""].Count();
        var known = new HashSet<string>(manifests, StringComparer.Ordinal);
        foreach (var name in manifests)
        {
            // A run that found nothing leaves an empty manifest.
            var lines = Read(name);
            var study = lines?.StudyInstanceUid ?? name;
            var end = ends.TryGetValue(name, out var hash) ? hash : null;
            if (lines is null or { Entries.Count: > 0 } || end is not null || unlisted.Contains(study))
                yield return Verify(name, study, lines, end, [.. unlisted[study]]);
        }

        foreach (var group in unlisted.Where(group => group.Key.Length > 0 && !known.Contains(SafeName.FromUid(group.Key))))
            yield return Verify(SafeName.FromUid(group.Key), group.Key, Nothing, null, [.. group]) with { Manifest = "" };
    }

    private static ManifestContent Nothing { get; } = new([], 0, []);

    private PacsArchiveStudy Verify(string manifest, string study, ManifestContent? lines, string? lastEnd, string[] unlisted)
    {
        var row = new PacsArchiveStudy { StudyInstanceUid = study, Manifest = archive.ManifestPath(study) };
        if (lines is null || _inUse.Contains(manifest))
            return row with { Status = ArchiveStatus.InUse };
        var entries = lines.Entries;

        // The files that were recorded before the last run ended must exist. Files that were recorded after it may exist.
        var end = -1;
        for (var index = 0; index < entries.Count; index++)
            end = entries[index]?.Status is null ? end : index;
        var missing = new List<string>();
        var altered = new List<string>();
        var unreadable = new List<string>();
        var bytes = unlisted.Sum(LengthOf);
        var locator = new FileLocator(archive.Root, "");
        var count = unlisted.Length;
        var ofFiles = entries.Select((entry, index) => (Entry: entry, IsDue: index < end)).Where(line => line.Entry is { IsFile: true });
        foreach (var instance in ofFiles.GroupBy(line => InstanceKey.Of(line.Entry!)))
        {
            var due = instance.LastOrDefault(line => line.IsDue).Entry;
            ManifestEntry[] candidates = [.. instance.Where(line => !line.IsDue || line.Entry == due).Select(line => line.Entry!)];

            // A run at the same time may have added the file since the files were listed.
            string[] found = [.. candidates.SelectMany(_files.Claim).Distinct()];
            if (found.Length == 0)
                found = [.. candidates.Select(locator.Find).OfType<string>().Distinct()];
            if (found.Length == 0 && due is not null)
                missing.Add(instance.Key.SopInstanceUid);
            if (found.Length == 0)
                continue;
            count++;
            bytes += LengthOf(found[0]);
            bool?[] answers = [.. found.Select(path => IsOneOf(candidates, path))];
            if (!answers.Contains(true))
                (answers.Contains(null) ? unreadable : altered).Add(instance.Key.SopInstanceUid);
            tick();
        }

        var brokenLines = entries.Count(entry => entry is null);
        var breaks = lines.Breaks + (lastEnd is null || lines.Hashes.Contains(lastEnd) ? 0 : 1);
        var ofStudy = entries.LastOrDefault(entry => entry is { Status: not null, SeriesInstanceUid: null });
        return row with
        {
            Status = missing.Count + altered.Count + brokenLines + breaks > 0 ? ArchiveStatus.Damaged
                : unreadable.Count > 0 ? ArchiveStatus.Unreadable
                : unlisted.Length > 0 ? ArchiveStatus.Unlisted
                : ArchiveStatus.Intact,
            Saved = Enum.TryParse<SaveStatus>(ofStudy?.Status, out var saved) ? saved : null,
            Files = count,
            Bytes = bytes,
            Missing = [.. missing],
            Altered = [.. altered],
            Unreadable = [.. unreadable],
            Unlisted = [.. unlisted],
            UnreadableLines = brokenLines,
            ManifestBreaks = breaks,
        };
    }

    /// <summary>Whether a file is as one of several lines recorded it; null if it cannot be read now.</summary>
    private bool? IsOneOf(ManifestEntry[] candidates, string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            var sameLength = candidates.Where(entry => entry.Bytes == length).ToArray();
            return sameLength.Length > 0
                && (isQuick || HasHashOf(sameLength, path));
        }
        catch (Exception exception) when (FileInUse.Is(exception) || exception is UnauthorizedAccessException)
        {
            return null;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // It is damaged on the disk, or was deleted since the files were listed.
            return false;
        }
    }

    private bool HasHashOf(ManifestEntry[] candidates, string path)
    {
        var hash = patience.Run(() => VerifiedFile.Sha256Of(path));
        return candidates.Any(entry => entry.Sha256 == hash);
    }

    /// <summary>Reads a manifest; null while a run has it open.</summary>
    private ManifestContent? Read(string name)
    {
        try
        {
            return _manifestPatience.Run(() => Manifest.Read(Path.Combine(archive.ManifestFolder, name + Manifest.Extension)));
        }
        catch (FileNotFoundException)
        {
            return Nothing;
        }
        catch (Exception exception) when (FileInUse.Is(exception) || exception is UnauthorizedAccessException)
        {
            _inUse.Add(name);
            return null;
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>The Study Instance UID in a file; empty if it is not a DICOM file.</summary>
    private string StudyOf(string path)
    {
        tick();
        try
        {
            using var file = patience.Run(
                () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1));
            return Part10File.Verify(file).StudyInstanceUid is { } study && Uid.IsUsable(study) ? study : "";
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return "";
        }
    }
}
