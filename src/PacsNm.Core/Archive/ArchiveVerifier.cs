using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Holds the files of an archive against its manifests; asks no PACS.</summary>
/// <param name="archive">The archive.</param>
/// <param name="isQuick">Whether the sizes of files are believed, and their contents not read.</param>
/// <param name="tick">Called for each file that has been looked at.</param>
internal sealed class ArchiveVerifier(LocalArchive archive, bool isQuick, Action tick)
{
    private readonly ArchiveFiles _files = new(archive.Root, tick);
    private readonly HashSet<string> _inUse = [];

    /// <summary>Files in the archive.</summary>
    public int FileCount => _files.Count;

    /// <summary>Folders that cannot be looked into.</summary>
    public int UnreadableFolders => _files.UnreadableFolders;

    /// <summary>Files that are of no study, and in no manifest.</summary>
    public int OtherFiles { get; private set; }

    /// <summary>Looks at each study.</summary>
    public IEnumerable<PacsArchiveStudy> Verify()
    {
        // First what all manifests claim; what is then left belongs to none.
        string[] studies = Directory.Exists(archive.ManifestFolder)
            ? [.. Directory.EnumerateFiles(archive.ManifestFolder, "*" + Manifest.Extension).Select(path => Path.GetFileNameWithoutExtension(path)!).OrderBy(study => study, StringComparer.Ordinal)]
            : [];
        foreach (var entry in studies.SelectMany(study => Read(study) ?? []).OfType<ManifestEntry>())
            _files.Claim(entry);
        var unlisted = _files.Unclaimed.ToLookup(StudyOf);
        OtherFiles = unlisted[""].Count();
        foreach (var study in studies)
        {
            // A run that found nothing leaves an empty manifest.
            if (Read(study) is var entries && (entries is null or { Count: > 0 } || unlisted.Contains(study)))
                yield return Verify(study, entries, [.. unlisted[study]]);
        }

        foreach (var group in unlisted.Where(group => group.Key.Length > 0 && Array.BinarySearch(studies, group.Key, StringComparer.Ordinal) < 0))
            yield return Verify(group.Key, [], [.. group]) with { Manifest = "" };
    }

    private PacsArchiveStudy Verify(string study, IReadOnlyList<ManifestEntry?>? entries, string[] unlisted)
    {
        var row = new PacsArchiveStudy { StudyInstanceUid = study, Manifest = archive.ManifestPath(study) };
        if (entries is null || _inUse.Contains(study))
            return row with { Status = ArchiveStatus.InUse };

        // What was recorded when the last run ended must be there; what was recorded after it may be.
        var end = -1;
        for (var index = 0; index < entries.Count; index++)
            end = entries[index]?.Status is null ? end : index;
        var missing = new List<string>();
        var altered = new List<string>();
        var bytes = unlisted.Sum(LengthOf);
        var locator = new FileLocator(archive.Root, "");
        var count = unlisted.Length;
        var lines = entries.Select((entry, index) => (Entry: entry, IsDue: index < end));
        foreach (var instance in lines.Where(line => line.Entry?.SopInstanceUid is not null).GroupBy(line => line.Entry!.SopInstanceUid!))
        {
            var due = instance.LastOrDefault(line => line.IsDue).Entry;
            ManifestEntry[] candidates = [.. instance.Where(line => !line.IsDue || line.Entry == due).Select(line => line.Entry!)];

            // A run beside this test may have filed it since the files were listed.
            string[] found = [.. candidates.SelectMany(_files.Claim).Distinct()];
            if (found.Length == 0)
                found = [.. candidates.Select(locator.Find).OfType<string>().Distinct()];
            if (found.Length == 0 && due is not null)
                missing.Add(instance.Key);
            if (found.Length == 0)
                continue;
            count++;
            bytes += LengthOf(found[0]);
            if (!found.Any(path => IsOneOf(candidates, path)))
                altered.Add(instance.Key);
            tick();
        }

        var unreadable = entries.Count(entry => entry is null);
        return row with
        {
            Status = missing.Count + altered.Count + unreadable > 0 ? ArchiveStatus.Damaged
                : unlisted.Length > 0 ? ArchiveStatus.Unlisted
                : ArchiveStatus.Intact,
            Saved = Enum.TryParse<SaveStatus>(entries.LastOrDefault(entry => entry is { Status: not null, SeriesInstanceUid: null })?.Status, out var saved)
                ? saved
                : null,
            Files = count,
            Bytes = bytes,
            Missing = [.. missing],
            Altered = [.. altered],
            Unlisted = [.. unlisted],
            UnreadableLines = unreadable,
        };
    }

    private bool IsOneOf(ManifestEntry[] candidates, string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            var sameLength = candidates.Where(entry => entry.Bytes == length).ToArray();
            return sameLength.Length > 0
                && (isQuick || sameLength.Any(entry => entry.Sha256 == VerifiedFile.Sha256Of(path)));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // It cannot be read: whatever it is, it is not what was recorded.
            return false;
        }
    }

    /// <summary>The lines of a manifest; null while a run has it open.</summary>
    private IReadOnlyList<ManifestEntry?>? Read(string study)
    {
        try
        {
            return Manifest.Read(archive.ManifestPath(study));
        }
        catch (IOException exception) when (FileInUse.Is(exception))
        {
            _inUse.Add(study);
            return null;
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>The study that a file says it is of; empty for what is no DICOM file.</summary>
    private string StudyOf(string path)
    {
        tick();
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return Part10File.Verify(file).StudyInstanceUid is { } study && Uid.IsValid(study) ? study : "";
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return "";
        }
    }
}
