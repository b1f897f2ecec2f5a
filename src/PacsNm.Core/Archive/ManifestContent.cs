namespace PacsNm.Archive;

/// <summary>The lines that were read from a manifest.</summary>
/// <param name="Entries">The entries. Null stands for a line that cannot be read.</param>
/// <param name="Breaks">The number of lines whose hash does not follow from the line before. Lines were changed or removed there.</param>
/// <param name="Hashes">The hash of each line.</param>
internal sealed record ManifestContent(IReadOnlyList<ManifestEntry?> Entries, int Breaks, IReadOnlyList<string> Hashes)
{
    /// <summary>No lines.</summary>
    public static ManifestContent Empty { get; } = new([], 0, []);

    /// <summary>The index of the last line that ends a run; -1 if there is none. The files of the lines before it must exist.</summary>
    public int LastEnd
    {
        get
        {
            for (var index = Entries.Count - 1; index >= 0; index--)
            {
                if (Entries[index]?.Status is not null)
                    return index;
            }

            return -1;
        }
    }

    /// <summary>The line that ended the last run for the whole study; null if there is none.</summary>
    public ManifestEntry? EndOfStudy => Entries.LastOrDefault(entry => entry is { Status: not null, SeriesInstanceUid: null });

    /// <summary>The number of places where lines were changed or removed, also at the end.</summary>
    /// <param name="lastEnd">The hash of the line that ended the last run; null if none is known.</param>
    public int BreaksUpTo(string? lastEnd) => Breaks + (lastEnd is null || Hashes.Contains(lastEnd) ? 0 : 1);

    /// <summary>The bytes of the manifest.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>The Study Instance UID; null if no line contains it.</summary>
    public string? StudyInstanceUid => Entries.Select(entry => entry?.StudyInstanceUid).FirstOrDefault(uid => uid is not null);
}
