namespace PacsNm.Archive;

/// <summary>The verification of one study while its files are read.</summary>
/// <param name="row">What is known before the files are read.</param>
/// <param name="content">The lines of its manifest.</param>
/// <param name="lastEnd">The hash of the line that ended the last run; null if none is known.</param>
internal sealed class StudyVerification(PacsArchiveStudy row, ManifestContent content, string? lastEnd)
{
    private readonly List<string> _missing = [];
    private readonly List<string> _altered = [];
    private readonly List<string> _unreadable = [];
    private readonly List<ManifestEntry> _missingEntries = [];
    private readonly List<(char Symbol, string FullPath)> _files = [];
    private int _count = row.Files;
    private long _bytes = row.Bytes;

    /// <summary>Adds a recorded instance whose file does not exist.</summary>
    public void AddMissing(ManifestEntry entry)
    {
        _missing.Add(entry.SopInstanceUid!);
        _missingEntries.Add(entry);
    }

    /// <summary>Adds an instance.</summary>
    /// <param name="sopInstanceUid">Its UID.</param>
    /// <param name="files">The files that it may be, each with whether it is as recorded; null if it cannot be read now.</param>
    /// <param name="length">The length of the first file in bytes.</param>
    public void Add(string sopInstanceUid, IReadOnlyList<(string Path, bool? IsAsRecorded)> files, long length)
    {
        _count++;
        _bytes += length;
        if (files.All(file => file.IsAsRecorded != true))
            (files.Any(file => file.IsAsRecorded is null) ? _unreadable : _altered).Add(sopInstanceUid);
        foreach (var (path, isAsRecorded) in files)
        {
            _files.Add((isAsRecorded switch
            {
                true => PathVerdict.Same,
                false => PathVerdict.Altered,
                null => PathVerdict.Unreadable,
            }, path));
        }
    }

    /// <summary>Returns the result.</summary>
    public PacsArchiveStudy ToRow()
    {
        var brokenLines = content.Entries.Count(entry => entry is null);
        var breaks = content.BreaksUpTo(lastEnd);
        return row with
        {
            Status = _missing.Count + _altered.Count + brokenLines + breaks > 0 ? ArchiveStatus.Damaged
                : _unreadable.Count > 0 ? ArchiveStatus.Unreadable
                : row.Unlisted.Count > 0 ? ArchiveStatus.Unlisted
                : ArchiveStatus.Intact,
            Saved = Enum.TryParse<SaveStatus>(content.EndOfStudy?.Status, out var saved) ? saved : null,
            Files = _count,
            Bytes = _bytes,
            Missing = [.. _missing],
            Altered = [.. _altered],
            Unreadable = [.. _unreadable],
            UnreadableLines = brokenLines,
            ManifestBreaks = breaks,
        };
    }

    /// <summary>Returns the verdict on each path.</summary>
    /// <param name="root">The full path of the archive's folder.</param>
    public IEnumerable<PathVerdict> Paths(string root)
    {
        // Names that are not recorded are made of the patient's data, so one file of a study tells those of the others.
        var known = _files.Select(file => file.FullPath).Concat(row.Unlisted).FirstOrDefault();
        var locator = new FileLocator(root, known is null ? "" : Path.GetDirectoryName(known)!.Substring(root.Length));
        return _files.Select(file => new PathVerdict(file.Symbol, ArchiveFiles.Relative(root, file.FullPath)))
            .Concat(_missingEntries.Select(entry => new PathVerdict(PathVerdict.Missing, locator.Expected(entry))))
            .Concat(row.Unlisted.Select(path => new PathVerdict(PathVerdict.Unlisted, ArchiveFiles.Relative(root, path))));
    }
}
