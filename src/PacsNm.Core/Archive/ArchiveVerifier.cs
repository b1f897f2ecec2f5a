using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Verifies the files of an archive against its manifests, without a PACS.</summary>
/// <param name="archive">The archive.</param>
/// <param name="isQuick">Whether to compare only the sizes of files and not their contents.</param>
/// <param name="patience">Waits for programs that have a file open.</param>
/// <param name="tick">Called on the caller's thread for each file, and several times per second.</param>
/// <param name="threads">The number of files to read at the same time.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class ArchiveVerifier(
    LocalArchive archive,
    bool isQuick,
    FilePatience patience,
    Action tick,
    int threads = 1,
    CancellationToken cancellationToken = default)
{
    private readonly ArchiveFiles _files = new(archive.Root, tick);
    private readonly HashSet<string> _inUse = [];
    private long _bytesRead;

    /// <summary>The number of files in the archive.</summary>
    public int FileCount => _files.Count;

    /// <summary>The total size of these files in bytes.</summary>
    public long TotalBytes => _files.Bytes;

    /// <summary>The number of bytes that were read or need not be read.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>The number of folders that cannot be read.</summary>
    public int UnreadableFolders => _files.UnreadableFolders;

    /// <summary>The files that belong to no study and are in no manifest.</summary>
    public IReadOnlyList<string> OtherFiles { get; private set; } = [];

    /// <summary>Verifies each study, one at a time as the caller enumerates.</summary>
    public IEnumerable<PacsArchiveStudy> Verify() => VerifyPaths().Select(verified => verified.Study);

    /// <summary>Verifies each study, and returns the verdict on each path, too.</summary>
    public IEnumerable<(PacsArchiveStudy Study, IEnumerable<PathVerdict> Paths)> VerifyPaths()
    {
        foreach (var check in new OrderedWork(threads, tick).Run(Checks(), Verified, cancellationToken))
        {
            if (!check.IsEnd)
                check.Study.Add(check.SopInstanceUid, check.Files, check.Length);
            else if (check.Row.Status == ArchiveStatus.InUse)
                yield return (check.Row, check.Row.Unlisted.Select(path =>
                    new PathVerdict(PathVerdict.Unreadable, ArchiveFiles.Relative(archive.Root, path))));
            else
                yield return (check.Study.ToRow(), check.Study.Paths(archive.Root));
        }
    }

    /// <summary>The files to verify, study by study. After the last file of a study comes its end.</summary>
    private IEnumerable<Check> Checks()
    {
        // First all manifests claim their files. The remaining files are in no manifest.
        var manifests = new ManifestReader(archive);
        foreach (var entry in manifests.Names.SelectMany(name => Read(manifests, name)?.Entries ?? []))
        {
            if (entry is { IsFile: true })
                _files.Claim(entry);
        }

        var unlisted = _files.Unclaimed.ToLookup(StudyOf);
        OtherFiles = [.. unlisted[""]];
        var known = new HashSet<string>(manifests.Names, StringComparer.Ordinal);
        foreach (var name in manifests.Names)
        {
            // A run that found nothing leaves an empty manifest.
            var (lines, end) = (Read(manifests, name), manifests.LastEndOf(name));
            var study = lines?.StudyInstanceUid ?? name;
            if (lines is null or { Entries.Count: > 0 } || end is not null || unlisted.Contains(study))
            {
                foreach (var check in Checks(name, archive.ManifestPath(study), study, lines, end, [.. unlisted[study]]))
                    yield return check;
            }
        }

        foreach (var group in unlisted.Where(group => group.Key.Length > 0 && !known.Contains(SafeName.FromUid(group.Key))))
        {
            foreach (var check in Checks(SafeName.FromUid(group.Key), "", group.Key, ManifestContent.Empty, null, [.. group]))
                yield return check;
        }
    }

    private IEnumerable<Check> Checks(
        string name,
        string manifest,
        string study,
        ManifestContent? lines,
        string? lastEnd,
        string[] unlisted)
    {
        var row = new PacsArchiveStudy
        {
            StudyInstanceUid = study,
            Manifest = manifest,
            Unlisted = [.. unlisted],
            Files = unlisted.Length,
            Bytes = unlisted.Sum(LengthOf),
        };
        Interlocked.Add(ref _bytesRead, row.Bytes);
        var verification = new StudyVerification(row, lines ?? ManifestContent.Empty, lastEnd);
        if (lines is null || _inUse.Contains(name))
        {
            var inUse = row with { Status = ArchiveStatus.InUse, Files = 0, Bytes = 0 };
            yield return new Check(verification, inUse) { IsEnd = true };
            yield break;
        }

        // The files that were recorded before the last run ended must exist. Files that were recorded after it may exist.
        var end = lines.LastEnd;
        var locator = new FileLocator(archive.Root, "");
        var ofFiles = lines.Entries.Select((entry, index) => (Entry: entry, IsDue: index < end))
            .Where(line => line.Entry is { IsFile: true });
        foreach (var instance in ofFiles.GroupBy(line => InstanceKey.Of(line.Entry!)))
        {
            var due = instance.LastOrDefault(line => line.IsDue).Entry;
            ManifestEntry[] candidates = [.. instance.Where(line => !line.IsDue || line.Entry == due).Select(line => line.Entry!)];

            // A run at the same time may have added the file since the files were listed.
            string[] found = [.. candidates.SelectMany(_files.Claim).Distinct()];
            if (found.Length == 0)
                found = [.. candidates.Select(locator.Find).OfType<string>().Distinct()];
            if (found.Length > 0)
            {
                yield return new Check(verification, row)
                {
                    SopInstanceUid = instance.Key.SopInstanceUid,
                    Candidates = candidates,
                    Files = [.. found.Select(path => (path, (bool?)null))],
                };
            }
            else if (due is not null)
            {
                verification.AddMissing(due);
            }
        }

        yield return new Check(verification, row) { IsEnd = true };
    }

    /// <summary>Compares the files of a check. It runs on any thread.</summary>
    private Check Verified(Check check, CancellationToken stopping) => check.IsEnd ? check : check with
    {
        Files = [.. check.Files.Select(file => (file.Path, IsOneOf(check.Candidates, file.Path, stopping)))],
        Length = LengthOf(check.Files[0].Path),
    };

    /// <summary>Whether a file is as one of several lines recorded it; null if it cannot be read now.</summary>
    private bool? IsOneOf(ManifestEntry[] candidates, string path, CancellationToken stopping)
    {
        long length = 0, read = 0;
        try
        {
            length = new FileInfo(path).Length;
            ManifestEntry[] sameLength = [.. candidates.Where(entry => entry.Bytes == length)];
            if (sameLength.Length == 0 || isQuick)
                return sameLength.Length > 0;
            var hash = patience.Run(() => VerifiedFile.Sha256Of(path, Count, stopping));
            return sameLength.Any(entry => entry.Sha256 == hash);
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
        finally
        {
            Interlocked.Add(ref _bytesRead, length - read);
        }

        void Count(int bytes)
        {
            read += bytes;
            Interlocked.Add(ref _bytesRead, bytes);
        }
    }

    private ManifestContent? Read(ManifestReader manifests, string name)
    {
        var content = manifests.Read(name);
        if (content is null)
            _inUse.Add(name);
        return content;
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

    /// <summary>The files of an instance, or the end of a study.</summary>
    private sealed record Check(StudyVerification Study, PacsArchiveStudy Row)
    {
        public string SopInstanceUid { get; init; } = "";

        public ManifestEntry[] Candidates { get; init; } = [];

        public IReadOnlyList<(string Path, bool? IsAsRecorded)> Files { get; init; } = [];

        public long Length { get; init; }

        public bool IsEnd { get; init; }
    }
}
