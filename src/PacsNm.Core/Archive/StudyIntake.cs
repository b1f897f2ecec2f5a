using System.Runtime.InteropServices;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// Adds the files of one study that arrive. Each file is verified, then recorded in the manifest, then put in its place; or it is rejected
/// with a reason. Files may arrive on several threads. While they do, everything else is read within <see cref="Read"/>.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="layout">The layout of the archive.</param>
/// <param name="manifest">The study's manifest.</param>
/// <param name="studyInstanceUid">The study.</param>
internal sealed class StudyIntake(LocalArchive archive, ArchiveLayout layout, Manifest manifest, string studyInstanceUid) : IInstances
{
    /// <summary>The characters of the longest path that older programs on Windows can open.</summary>
    private const int LongestPath = 259;

    private readonly object _gate = new();
    private readonly HashSet<InstanceKey> _present = [];
    private readonly HashSet<InstanceKey> _received = [];
    private readonly Rejections _rejections = new();
    private readonly List<Observation> _observations = [];
    private readonly List<string> _newFiles = [];
    private readonly HashSet<string> _unread = [];

    /// <summary>Waits for programs that have a file open.</summary>
    public FilePatience Patience { get; init; } = new();

    /// <summary>The PACS, for the manifest; null for files that a killed run left.</summary>
    public PacsServer? Source { get; init; }

    /// <summary>Whether files that exist are replaced.</summary>
    public bool Replace { get; init; }

    /// <summary>The series to accept; null for all series of the study.</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>The instances to accept; null for all.</summary>
    public HashSet<InstanceKey>? Wanted { get; set; }

    /// <summary>The most instances to accept in this run.</summary>
    public int MaximumReceived { get; init; } = int.MaxValue;

    /// <summary>The instances that are in the archive.</summary>
    public IReadOnlyCollection<InstanceKey> Present => _present;

    /// <summary>The instances that arrived in this run and are in the archive.</summary>
    public IReadOnlyCollection<InstanceKey> Received => _received;

    /// <summary>The number of instances that were in the archive before this run.</summary>
    public int AlreadyPresent { get; private set; }

    /// <summary>The line that the last run for the whole study ended with; null if there is none.</summary>
    public ManifestEntry? LastEnd => manifest.LastEnd;

    /// <summary>The bytes of the files that arrived in this run.</summary>
    public long Bytes { get; private set; }

    /// <summary>The study's folder; empty while it is not known.</summary>
    public string StudyFolder { get; private set; } = "";

    /// <summary>Observations about the objects that arrived.</summary>
    public IReadOnlyList<Observation> Observations => _observations;

    /// <summary>The paths of the files that this run added.</summary>
    public IReadOnlyList<string> NewFiles => _newFiles;

    /// <inheritdoc/>
    public bool HasRejections => _rejections.All.Count > 0 || UnreadFiles > 0;

    /// <summary>The number of files that arrived and could not be read, because another program has them open.</summary>
    public int UnreadFiles => _unread.Count;

    /// <summary>The files that were rejected.</summary>
    public Rejections Rejections => _rejections;

    /// <inheritdoc/>
    public bool IsGivenUp(InstanceKey instance) => _rejections.IsGivenUp(instance);

    /// <summary>Finds the files that the manifest names and that exist. Called once, before any file arrives.</summary>
    public void FindPresent(FileLocator locator)
    {
        foreach (var entry in LocalArchive.Present(manifest.Latest.Values, locator))
        {
            var instance = InstanceKey.Of(entry);
            if (!IsWanted(instance))
                continue;
            _present.Add(instance);
            AlreadyPresent++;
            if (StudyFolder.Length == 0)
                StudyFolder = FolderOfStudy(locator.Find(entry)!);
        }
    }

    /// <summary>
    /// Verifies a file, and moves it to its place or rejects it. The staged file no longer exists afterwards, except where this throws.
    /// </summary>
    /// <param name="path">The path of the staged file.</param>
    /// <param name="wasSent">
    /// Whether the PACS sent a dataset of this length, in bytes, under this SOP Instance UID; null where that was not observed.
    /// </param>
    /// <param name="retriever">The retriever of the file; null for a file that a killed run left.</param>
    /// <param name="sha256">The SHA-256 of the file, if the retriever computed it.</param>
    /// <returns>Whether the file is an instance that did not arrive before in this run.</returns>
    /// <exception cref="DestinationException">The archive cannot be written to. A file that is whole stays, marked as verified.</exception>
    public bool Take(string path, Func<string, long, bool?> wasSent, Retriever? retriever, string? sha256 = null)
    {
        if (Verify(path, sha256) is not { } file)
            return false;
        lock (_gate)
        {
            var before = _received.Count;
            Add(path, file, wasSent, retriever);
            return _received.Count > before;
        }
    }

    /// <summary>Reads several properties while no file is added.</summary>
    public T Read<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    /// <summary>Does something while no file is added.</summary>
    public void Locked(Action action)
    {
        lock (_gate)
            action();
    }

    /// <summary>Verifies a file; returns null if there is none, or if it cannot be read now.</summary>
    private VerifiedFile? Verify(string path, string? sha256)
    {
        try
        {
            var file = Patience.Run(() => VerifiedFile.Read(path, layout.NeededTags, sha256));
            lock (_gate)
                _unread.Remove(path);
            return file;
        }
        catch (FileNotFoundException)
        {
            // A retriever that gives up deletes its file.
            return null;
        }
        catch (Exception exception) when (FileInUse.MayBe(exception))
        {
            // The caller tries every file that is left once more when the retriever has ended.
            lock (_gate)
                _unread.Add(path);
            return null;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            throw new DestinationException("A file that arrived cannot be read", exception);
        }
    }

    private void Add(string path, VerifiedFile file, Func<string, long, bool?> wasSent, Retriever? retriever)
    {
        // The header has the UID of the C-STORE request, by which an object without a UID of its own is known.
        var instance = Uid.IsUsable(file.Summary.SopInstanceUid)
            ? new InstanceKey(file.Summary.SeriesInstanceUid ?? "", file.Summary.SopInstanceUid!)
            : new InstanceKey("", file.Summary.MediaStorageSopInstanceUid ?? "");
        try
        {
            var isWanted = IsWanted(instance) && (_received.Count < MaximumReceived || _present.Contains(instance));
            if (Rejection.Of(file.Summary, studyInstanceUid, isWanted, wasSent) is { } rejection)
            {
                _rejections.Add(instance, rejection);
                NoteDropped(rejection.Reason, instance, retriever);
                Patience.Run(() => File.Delete(path));
                return;
            }

            (path, file) = Corrected(path, file, instance);
            Put(path, file, instance, retriever);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            if (DestinationException.IsOfDisk(exception))
            {
                MarkAsVerified(path);
                throw new DestinationException(
                    "A file that arrived whole stays in the staging folder for the next run, because it cannot be moved", exception);
            }

            // What a place or a name refuses now, it refuses in the next run too.
            if (FileInUse.MayBe(exception))
                MarkAsVerified(path);
            _rejections.Add(
                instance,
                FileInUse.Is(exception)
                    ? new Rejection(MissingReason.FileInUse)
                    : new Rejection(MissingReason.FileNotWritten, DestinationException.Describe(exception)));
        }
    }

    /// <summary>Marks a whole file that could not be moved to its place, so that a later run adds it.</summary>
    private void MarkAsVerified(string path)
    {
        if (path.EndsWith(StagingFolder.Verified, StringComparison.Ordinal))
            return;
        try
        {
            Patience.Run(() => File.Move(path, path + StagingFolder.Verified));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // If the file cannot be renamed, it is lost here. The PACS still has the instance.
        }
    }

    /// <summary>Corrects a header that does not agree with its dataset. A PACS may contradict the dataset in its C-STORE request.</summary>
    /// <returns>The path and the content of the staged file, which may be a new one.</returns>
    private (string Path, VerifiedFile File) Corrected(string path, VerifiedFile file, InstanceKey instance)
    {
        if (file.Summary.HeaderMatchesDataset || file.Summary.SopClassUid is not { } sopClass)
            return (path, file);
        var corrected = path + ".corrected";
        using (var source = Patience.Run(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)))
        using (var destination = new FileStream(corrected, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            Part10File.CopyWithHeader(source, destination, sopClass, instance.SopInstanceUid);
        Patience.Run(() => File.Delete(path));
        _observations.Add(new Observation(ObservationKind.CommandMismatch, instance));

        // The instance that the request named did not come. Where that happens twice, it is not asked for again.
        var named = instance with { SopInstanceUid = file.Summary.MediaStorageSopInstanceUid ?? instance.SopInstanceUid };
        if (named != instance && !_present.Contains(named))
            _rejections.Add(named, new Rejection(MissingReason.OtherInstance, instance.SopInstanceUid));
        return (corrected, Patience.Run(() => VerifiedFile.Read(corrected, layout.NeededTags)));
    }

    private void Put(string stagedPath, VerifiedFile file, InstanceKey instance, Retriever? retriever)
    {
        var location = layout.Locate(file.Summary.Attributes);
        var path = Path.Combine(archive.Root, location.Path);
        var exists = File.Exists(path);
        if (exists && !MayReplace(path, location, instance, stagedPath, retriever))
        {
            Patience.Run(() => File.Delete(stagedPath));
            return;
        }

        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        if (path.Length > LongestPath && RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            _observations.Add(new Observation(ObservationKind.LongPath, instance));
        manifest.Add(EntryOf(file, location, retriever, NoticeOf(file, instance)), () =>
        {
            // A replacement that fails in the middle has removed the old file already.
            Patience.Run(() =>
            {
                if (exists && File.Exists(path))
                    File.Replace(stagedPath, path, null);
                else
                    File.Move(stagedPath, path);
            });
        });
        _newFiles.Add(path);
        StudyFolder = Path.Combine(archive.Root, location.StudyFolder);
        _rejections.Remove(instance);
        Bytes += file.Bytes;
        _present.Add(instance);
        _received.Add(instance);
    }

    /// <summary>Adds the observations about a file that is kept, and returns the last one.</summary>
    private ObservationKind? NoticeOf(VerifiedFile file, InstanceKey instance)
    {
        if (file.Summary.SurplusBytes > 0)
            _observations.Add(new Observation(ObservationKind.Surplus, instance));
        if (!file.Summary.IsProven)
            _observations.Add(new Observation(ObservationKind.NotProven, instance));
        return _observations.LastOrDefault(observation => observation.Instance == instance)?.Kind;
    }

    /// <summary>
    /// Whether an existing file may be replaced by the staged one. If not, the existing file stays. It counts as present if it is the
    /// instance and whole; otherwise the instance is rejected.
    /// </summary>
    private bool MayReplace(string path, FileLocation location, InstanceKey instance, string stagedPath, Retriever? retriever)
    {
        var found = Patience.Run(() => VerifiedFile.Read(path, layout.NeededTags));
        var isRecorded = manifest.Latest.TryGetValue(instance, out var known);

        // A file that the manifest records in this place belongs to the instance, even if its UIDs were changed since.
        var isSpoilt = isRecorded && known!.File == location.Record && known.Sha256 != found.Sha256;
        var isOther = found.Summary.IsWhole
            && (found.Summary.StudyInstanceUid != studyInstanceUid || (!IsOf(found.Summary, instance) && !isSpoilt));
        if (!isOther && Replace && !_received.Contains(instance))
            return true;
        if (isOther || !found.Summary.IsWhole || (isRecorded && known!.Sha256 != found.Sha256))
        {
            _rejections.Add(instance, new Rejection(isOther ? MissingReason.NameTaken : MissingReason.FileChanged));
            return false;
        }

        if (!isRecorded)
            manifest.Add(EntryOf(found, location, null, null), () => { });
        StudyFolder = Path.Combine(archive.Root, location.StudyFolder);
        if (_present.Add(instance))
            AlreadyPresent++;
        else if (!DatasetComparison.AreEqual(path, stagedPath))
            Drop(ObservationKind.OtherContent, instance, retriever);
        return false;
    }

    private static bool IsOf(Part10Summary file, InstanceKey instance) =>
        file.SopInstanceUid == instance.SopInstanceUid && (file.SeriesInstanceUid ?? "") == instance.SeriesInstanceUid;

    private ManifestEntry EntryOf(VerifiedFile file, FileLocation location, Retriever? retriever, ObservationKind? noticed) => new()
    {
        SopInstanceUid = file.Summary.SopInstanceUid,
        SopClassUid = file.Summary.SopClassUid,
        SeriesInstanceUid = file.Summary.SeriesInstanceUid,
        TransferSyntaxUid = file.Summary.TransferSyntaxUid,
        Bytes = file.Bytes,
        Sha256 = file.Sha256,
        File = location.Record,
        Source = retriever is null ? null : Source?.ToString(),
        Retriever = retriever?.ToString(),
        Noticed = noticed?.ToString(),
    };

    private void NoteDropped(MissingReason reason, InstanceKey instance, Retriever? retriever)
    {
        if (reason == MissingReason.OtherStudy)
            Drop(ObservationKind.OtherStudy, instance, retriever);
        else if (reason == MissingReason.NotWanted)
            Drop(ObservationKind.NotWanted, instance, retriever);
    }

    /// <summary>Records an object that is not kept, once.</summary>
    private void Drop(ObservationKind kind, InstanceKey instance, Retriever? retriever)
    {
        var observation = new Observation(kind, instance);
        if (_observations.Contains(observation))
            return;
        _observations.Add(observation);
        manifest.AddDropped(new ManifestEntry
        {
            SopInstanceUid = instance.SopInstanceUid,
            SeriesInstanceUid = instance.SeriesInstanceUid,
            Source = Source?.ToString(),
            Retriever = retriever?.ToString(),
            Dropped = kind.ToString(),
        });
    }

    private bool IsWanted(InstanceKey instance) =>
        (Wanted is null || Wanted.Contains(instance)) && (SeriesInstanceUid is null || SeriesInstanceUid == instance.SeriesInstanceUid);

    /// <summary>
    /// Returns the folder of the study above one of its files, according to the layout; the file's own folder if the layout does not fit.
    /// </summary>
    private string FolderOfStudy(string path)
    {
        try
        {
            using var file = Patience.Run(
                () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1));
            var attributes = Part10File.Verify(file, layout.NeededTags).Attributes;
            var folder = Path.Combine(archive.Root, layout.Locate(attributes).StudyFolder);
            if (path.StartsWith(folder, StringComparison.Ordinal))
                return folder;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // Another program has the file open. The file exists, and that is enough.
        }

        return Path.GetDirectoryName(path)!;
    }
}
