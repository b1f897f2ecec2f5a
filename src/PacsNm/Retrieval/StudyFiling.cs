using PacsNm.Dicom.Data;

namespace PacsNm.Retrieval;

/// <summary>
/// Files what arrives of a study: each file is verified, recorded in the manifest and put in its place, in this order,
/// or rejected with a reason.
/// </summary>
/// <param name="archive">Where to.</param>
/// <param name="layout">In what names.</param>
/// <param name="manifest">The study's manifest.</param>
/// <param name="studyInstanceUid">The study.</param>
/// <param name="source">The PACS, as the manifest names it; null for files that a dead run left.</param>
/// <param name="replace">Whether files that are there are written again.</param>
internal sealed class StudyFiling(
    Archive archive,
    Layout layout,
    Manifest manifest,
    string studyInstanceUid,
    PacsServer? source,
    bool replace)
{
    private readonly HashSet<string> _present = [];
    private readonly Dictionary<string, string> _rejections = [];

    /// <summary>SOP Instance UIDs to file; null for all.</summary>
    public HashSet<string>? Wanted { get; set; }

    /// <summary>The series to file instances of; null for all of the study.</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>SOP Instance UIDs that are in the archive.</summary>
    public IReadOnlyCollection<string> Present => _present;

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
    public void FindPresent()
    {
        var folders = new Dictionary<string, string[]>();
        foreach (var (uid, entry) in archive.Present(manifest.Latest.Values).Select(pair => (pair.Key, pair.Value)))
        {
            if (!IsWanted(entry.SeriesInstanceUid, uid))
                continue;
            _present.Add(uid);
            AlreadyPresent++;
            if (StudyFolder.Length == 0)
                StudyFolder = FolderOfStudy(archive.Locate(entry, folders)!);
        }
    }

    /// <summary>Verifies a file, and files it if it is what it should be. The file is gone afterwards, or rejected.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sentLength">The bytes of a dataset as the PACS sent it, by SOP Instance UID; null where nobody saw them.</param>
    /// <param name="retriever">What brought it.</param>
    /// <param name="sha256">Its SHA-256, where the retriever took it.</param>
    /// <exception cref="DestinationException">The archive cannot be written. The file, if whole, is kept as verified.</exception>
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
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            throw new DestinationException("What arrived cannot be read", exception);
        }

        if (ProblemOf(file.Summary, sentLength) is { } problem)
        {
            Reject(file.Summary.SopInstanceUid, problem);
            return;
        }

        try
        {
            // From here on it is whole, whatever happens.
            if (!path.EndsWith(StagingFolder.Verified, StringComparison.Ordinal))
            {
                System.IO.File.Move(path, path + StagingFolder.Verified);
                path += StagingFolder.Verified;
            }

            Put(path, file, retriever);
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            throw new DestinationException("What arrived whole cannot be filed, and waits in the staging folder for the next run", exception);
        }
    }

    private void Put(string stagedPath, VerifiedFile file, string? retriever)
    {
        var uid = file.Summary.SopInstanceUid!;
        var place = layout.PlaceOf(file.Summary.Attributes);
        var path = Path.Combine(archive.Root, place.Path);
        var exists = System.IO.File.Exists(path);
        if (exists && !replace)
        {
            Adopt(path, place, file);
            System.IO.File.Delete(stagedPath);
            return;
        }

        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        Record(file, place, source?.ToString(), retriever);
        if (exists)
            System.IO.File.Replace(stagedPath, path, null);
        else
            System.IO.File.Move(stagedPath, path);
        StudyFolder = Path.Combine(archive.Root, place.StudyFolder);
        _rejections.Remove(uid);
        Bytes += file.Bytes;
        if (_present.Add(uid))
            Received++;
    }

    /// <summary>Leaves a file that is in the place alone, and counts it if it is the instance, whole.</summary>
    private void Adopt(string path, Place place, VerifiedFile arrived)
    {
        var uid = arrived.Summary.SopInstanceUid!;
        var found = VerifiedFile.Read(path, layout.NeededTags);
        if (!found.Summary.IsWhole || found.Summary.SopInstanceUid != uid || found.Summary.StudyInstanceUid != studyInstanceUid
            || (manifest.Latest.TryGetValue(uid, out var known) && known.Sha256 != found.Sha256))
        {
            Reject(uid, "Another file, or one that is not whole or was changed, is in its place; -Force replaces it.");
            return;
        }

        if (known is null)
            Record(found, place, null, null);
        StudyFolder = Path.Combine(archive.Root, place.StudyFolder);
        if (_present.Add(uid))
            AlreadyPresent++;
    }

    private void Record(VerifiedFile file, Place place, string? from, string? retriever) => manifest.Add(new ManifestEntry
    {
        SopInstanceUid = file.Summary.SopInstanceUid,
        SopClassUid = file.Summary.SopClassUid,
        SeriesInstanceUid = file.Summary.SeriesInstanceUid,
        TransferSyntaxUid = file.Summary.TransferSyntaxUid,
        Bytes = file.Bytes,
        Sha256 = file.Sha256,
        File = place.Record,
        Source = from,
        Retriever = retriever,
    });

    private void Reject(string? uid, string reason) => _rejections[Uid.IsValid(uid) ? uid! : ""] = reason;

    private bool IsWanted(string? series, string uid) =>
        (Wanted is null || Wanted.Contains(uid)) && (SeriesInstanceUid is null || SeriesInstanceUid == series);

    private string? ProblemOf(Part10Summary file, Func<string, long?> sentLength)
    {
        if (!Uid.IsValid(file.SopInstanceUid))
            return "A file has no valid SOP Instance UID.";
        if (!file.IsWhole)
            return $"It arrived, and is not whole: {file.Problem}";
        if (file.StudyInstanceUid != studyInstanceUid)
            return "It arrived, and belongs to another study.";
        if (!IsWanted(file.SeriesInstanceUid, file.SopInstanceUid!))
            return "It arrived, and was not asked for.";

        // A file cut at the end of an element looks whole. What the PACS sent tells.
        return sentLength(file.SopInstanceUid!) is { } sent && sent != file.DatasetLength
            ? "It arrived, and has not all the bytes that the PACS sent."
            : null;
    }

    /// <summary>The folder of the study above one of its files, by the layout; the file's own where that does not fit.</summary>
    private string FolderOfStudy(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        var folder = Path.Combine(archive.Root, layout.PlaceOf(Part10File.Verify(file, layout.NeededTags).Attributes).StudyFolder);
        return path.StartsWith(folder, StringComparison.Ordinal) ? folder : Path.GetDirectoryName(path)!;
    }
}
