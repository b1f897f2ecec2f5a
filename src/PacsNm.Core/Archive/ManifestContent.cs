namespace PacsNm.Archive;

/// <summary>The lines that were read from a manifest.</summary>
/// <param name="Entries">The entries. Null stands for a line that cannot be read.</param>
/// <param name="Breaks">The number of lines whose hash does not follow from the line before. Lines were changed or removed there.</param>
/// <param name="Hashes">The hash of each line.</param>
internal sealed record ManifestContent(IReadOnlyList<ManifestEntry?> Entries, int Breaks, IReadOnlyList<string> Hashes)
{
    /// <summary>The bytes of the manifest.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>The Study Instance UID; null if no line contains it.</summary>
    public string? StudyInstanceUid => Entries.Select(entry => entry?.StudyInstanceUid).FirstOrDefault(uid => uid is not null);
}
