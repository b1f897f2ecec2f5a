using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// Files what arrives of a study: each file is verified, recorded in the manifest and put in its place, in this order,
/// or rejected with a reason.
/// </summary>
/// <param name="archive">Where to.</param>
/// <param name="layout">In what names.</param>
/// <param name="manifest">The study's manifest.</param>
/// <param name="studyInstanceUid">The study.</param>
internal sealed class StudyFiling(LocalArchive archive, ArchiveLayout layout, Manifest manifest, string studyInstanceUid)
{
    private readonly HashSet<string> _present = [];
    private readonly HashSet<string> _unfileable = [];
    private readonly Dictionary<string, string> _rejections = [];

    /// <summary>The PACS, as the manifest names it; null for files that a dead run left.</summary>
    public PacsServer? Source { get; init; }

    /// <summary>Whether files that are there are written again.</summary>
    public bool Replace { get; init; }

    /// <summary>The series to file instances of; null for all of the study.</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>SOP Instance UIDs to file; null for all.</summary>
    public HashSet<string>? Wanted { get; set; }

    /// <summary>How many may arrive.</summary>
    public int MaximumReceived { get; init; } = int.MaxValue;

    /// <summary>SOP Instance UIDs that are in the archive.</summary>
    public IReadOnlyCollection<string> Present => _present;

    /// <summary>SOP Instance UIDs that arrived and cannot be put in their places: to ask for them again is of no use.</summary>
    public IReadOnlyCollection<string> Unfileable => _unfileable;

    /// <summary>How the last run ended, if there was one.</summary>
    public ManifestEntry? LastEnd => manifest.LastEnd;

    /// <summary>How many of them were there before.</summary>
    public int AlreadyPresent { get; private set; }

    /// <summary>How many of them arrived.</summary>
    public int Received { get; private set; }

    /// <summary>Bytes of the files that arrived.</summary>
    public long Bytes { get; private set; }

    /// <summary>The study's folder; empty while nothing is known of it.</summary>
    public string StudyFolder { get; private set; } = "";

    /// <summary>Why files were not filed, by SOP Instance UID; an empty one stands for files that have none.</summary>
    public IReadOnlyDictionary<string, string> Rejections => _rejections;

    /// <summary>Takes what the manifest says as there, if it is there.</summary>
    public void FindPresent(FileLocator locator)
    {
        foreach (var (uid, entry) in LocalArchive.Present(manifest.Latest.Values, locator).Select(pair => (pair.Key, pair.Value)))
        {
            if (!IsWanted(entry.SeriesInstanceUid, uid))
                continue;
            _present.Add(uid);
            AlreadyPresent++;
            if (StudyFolder.Length == 0)
                StudyFolder = FolderOfStudy(locator.Find(entry)!);
        }
    }

    /// <summary>Verifies a file, and files it if it is what it should be. The staged file is gone afterwards.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sentLength">The bytes of a dataset as the PACS sent it, by SOP Instance UID; null where nobody saw them.</param>
    /// <param name="retriever">What brought it.</param>
    /// <param name="sha256">Its SHA-256, where the retriever took it.</param>
    /// <exception cref="DestinationException">The destination takes nothing more. The file, if whole, is kept as verified.</exception>
    public void File(string path, Func<string, long?> sentLength, string? retriever, string? sha256 = null)
    {
        VerifiedFile file;
        try
        {
            file = VerifiedFile.Read(path, layout.NeededTags, sha256);
        }
        catch (FileNotFoundException)
        {
            // A retriever that gives up takes its file along.
            return;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            throw new DestinationException("What arrived cannot be read", exception);
        }

        var uid = file.Summary.SopInstanceUid;
        try
        {
            if (ProblemOf(file.Summary, sentLength) is { } problem)
            {
                Reject(uid, problem);
                System.IO.File.Delete(path);
                return;
            }

            Put(path, file, retriever);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            if (DestinationException.IsOfDisk(exception))
            {
                Keep(path);
                throw new DestinationException("What arrived whole cannot be filed, and waits in the staging folder for the next run", exception);
            }

            _unfileable.Add(uid!);
            Reject(uid, $"It arrived whole, and cannot be put in its place: {DestinationException.Describe(exception)}.");
        }
    }

    /// <summary>Marks a file that is whole and has no room in its place, for a later run to file.</summary>
    private static void Keep(string path)
    {
        if (path.EndsWith(StagingFolder.Verified, StringComparison.Ordinal))
            return;
        try
        {
            System.IO.File.Move(path, path + StagingFolder.Verified);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // A file system that takes no new name keeps nothing; the PACS still has it.
        }
    }

    private void Put(string stagedPath, VerifiedFile file, string? retriever)
    {
        var uid = file.Summary.SopInstanceUid!;
        var location = layout.Locate(file.Summary.Attributes);
        var path = Path.Combine(archive.Root, location.Path);
        var exists = System.IO.File.Exists(path);
        if (exists && !MayReplace(path, location, uid))
        {
            System.IO.File.Delete(stagedPath);
            return;
        }

        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        manifest.Add(EntryOf(file, location, Source?.ToString(), retriever), () =>
        {
            if (exists)
                System.IO.File.Replace(stagedPath, path, null);
            else
                System.IO.File.Move(stagedPath, path);
        });
        StudyFolder = Path.Combine(archive.Root, location.StudyFolder);
        _rejections.Remove(uid);
        Bytes += file.Bytes;
        if (_present.Add(uid))
            Received++;
    }

    /// <summary>
    /// Whether a file that is in an instance's place may be exchanged for it. If not it is left alone: counted where it is
    /// the instance, whole; else the instance is rejected.
    /// </summary>
    private bool MayReplace(string path, FileLocation location, string uid)
    {
        var found = VerifiedFile.Read(path, layout.NeededTags);
        var isRecorded = manifest.Latest.TryGetValue(uid, out var known);

        // A file of the study that was recorded in this place is this instance's, whatever has become of its UID since.
        var isSpoilt = isRecorded && known!.File == location.Record && known.Sha256 != found.Sha256;
        var isOther = found.Summary.IsWhole
            && (found.Summary.StudyInstanceUid != studyInstanceUid || (found.Summary.SopInstanceUid != uid && !isSpoilt));
        if (!isOther && Replace)
            return true;
        if (isOther || !found.Summary.IsWhole || (isRecorded && known!.Sha256 != found.Sha256))
        {
            _unfileable.Add(uid);
            Reject(uid, isOther
                ? "Its place is taken by another instance's file, which is left alone: the layout gives both one name."
                : "In its place is a file that is not whole, or was changed since it was saved; -Force replaces it.");
            return false;
        }

        if (!isRecorded)
            manifest.Add(EntryOf(found, location, null, null), () => { });
        StudyFolder = Path.Combine(archive.Root, location.StudyFolder);
        if (_present.Add(uid))
            AlreadyPresent++;
        return false;
    }

    private static ManifestEntry EntryOf(VerifiedFile file, FileLocation location, string? from, string? retriever) => new()
    {
        SopInstanceUid = file.Summary.SopInstanceUid,
        SopClassUid = file.Summary.SopClassUid,
        SeriesInstanceUid = file.Summary.SeriesInstanceUid,
        TransferSyntaxUid = file.Summary.TransferSyntaxUid,
        Bytes = file.Bytes,
        Sha256 = file.Sha256,
        File = location.Record,
        Source = from,
        Retriever = retriever,
    };

    private void Reject(string? uid, string reason) => _rejections[Uid.IsValid(uid) ? uid! : ""] = reason;

    private bool IsWanted(string? series, string uid) =>
        (Wanted is null || Wanted.Contains(uid)) && (SeriesInstanceUid is null || SeriesInstanceUid == series);

    private string? ProblemOf(Part10Summary file, Func<string, long?> sentLength)
    {
        if (!Uid.IsValid(file.SopInstanceUid))
            return "A file has no valid SOP Instance UID.";
        if (!file.IsWhole)
            return $"It arrived, and is not whole: {file.Problem}";
        if (file is { IsProven: false, StudyInstanceUid: null })
            return $"It arrived in the private transfer syntax {file.TransferSyntaxUid}, in which its Study Instance UID cannot be read.";
        if (file.StudyInstanceUid != studyInstanceUid)
            return "It arrived, and belongs to another study.";
        if (!IsWanted(file.SeriesInstanceUid, file.SopInstanceUid!) || Received >= MaximumReceived)
            return "It arrived, and was not asked for.";

        // A file cut at the end of an element looks whole. What the PACS sent tells.
        return sentLength(file.SopInstanceUid!) is { } sent && sent != file.DatasetLength
            ? "It arrived, and has not all the bytes that the PACS sent."
            : null;
    }

    /// <summary>The folder of the study above one of its files, by the layout; the file's own where that does not fit.</summary>
    private string FolderOfStudy(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            var folder = Path.Combine(archive.Root, layout.Locate(Part10File.Verify(file, layout.NeededTags).Attributes).StudyFolder);
            if (path.StartsWith(folder, StringComparison.Ordinal))
                return folder;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // Another program has it open. It is there, which is all that matters.
        }

        return Path.GetDirectoryName(path)!;
    }
}
