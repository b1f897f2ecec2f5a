using PacsNm.Archive;
using PacsNm.Files;

namespace PacsNm.Tables;

/// <summary>
/// The files of an archive: those of each manifest, and after them those that are in no manifest. Memory grows by eight bytes per file.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="problem">Called for each file that is not in the table; the exception is null if it is not a DICOM file.</param>
/// <param name="incomplete">Called for each study whose manifest does not record all files, or whose files are not all there.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class ArchiveSource(
    LocalArchive archive,
    Action<string, Exception?> problem,
    Action<RecordedStudy> incomplete,
    CancellationToken cancellationToken) : TableSource(problem, cancellationToken)
{
    private readonly Action<string, Exception?> _problem = problem;
    private readonly CancellationToken _cancellationToken = cancellationToken;

    /// <summary>The headers that were read before.</summary>
    public HeaderStore Store { get; } = new(archive);

    /// <inheritdoc/>
    public override IEnumerable<FileRow> Read()
    {
        var recorded = new HashSet<ulong>();
        foreach (var study in new RecordedStudies(archive, (_, _) => { }, _cancellationToken).Read())
        {
            if (study.Problem is not null)
                incomplete(study);
            foreach (var row in Read(Entries(study, recorded), "study/" + study.Name, Store))
                yield return row;
        }

        var walk = new FolderWalk((folder, exception) => _problem(folder, exception));
        foreach (var folder in walk.Folders(archive.Root))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var unlisted = walk.FilesIn(folder).Where(path => !recorded.Contains(HashOf(path)))
                .OrderBy(path => path, StringComparer.Ordinal)
                .Select(path => new TableEntry(path, ManifestStatus.Unlisted));
            foreach (var row in Read(unlisted, "folder" + folder.Substring(archive.Root.Length), Store))
                yield return row;
        }

        Store.DeleteUnused();
    }

    private IEnumerable<TableEntry> Entries(RecordedStudy study, HashSet<ulong> recorded)
    {
        foreach (var file in study.Files)
        {
            var path = Path.Combine(archive.Root, file.Path.Replace('/', Path.DirectorySeparatorChar));

            // The same file can be recorded for two instances by a manifest that was edited.
            if ((file.Exists || File.Exists(path)) && recorded.Add(HashOf(path)))
                yield return new TableEntry(path, file.Exists ? ManifestStatus.Recorded : ManifestStatus.Altered, file.Entry.Sha256);
        }
    }

    /// <summary>A hash of 64 bits (FNV-1a). Two of a million paths have the same one with a probability of 1 to 10 millions.</summary>
    private static ulong HashOf(string path)
    {
        // Windows ignores case in names.
        if (Path.DirectorySeparatorChar == '\\')
            path = path.ToUpperInvariant();
        var hash = 14695981039346656037UL;
        foreach (var character in path)
            hash = (hash ^ character) * 1099511628211UL;
        return hash;
    }
}
