namespace PacsNm.Archive;

/// <summary>What the manifest of a study records.</summary>
/// <param name="StudyInstanceUid">Study Instance UID (0020,000D).</param>
/// <param name="Files">The files that must exist.</param>
/// <param name="End">The line that ended the last run for the whole study; null if there is none.</param>
/// <param name="Problem">Why this may not be everything; null if it is.</param>
internal sealed record RecordedStudy(
    string StudyInstanceUid,
    IReadOnlyList<RecordedFile> Files,
    ManifestEntry? End,
    string? Problem)
{
    /// <summary>The name of the manifest without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>The manifest as it was read; null while a run has it open.</summary>
    public byte[]? Manifest { get; init; }

    /// <summary>The hash of the line that ended the last run, as recorded beside the manifests; null if there is none.</summary>
    public string? LastEnd { get; init; }
}

/// <summary>A file that a manifest records.</summary>
/// <param name="Entry">The line.</param>
/// <param name="Path">The path below the archive's folder, with slashes.</param>
/// <param name="Exists">Whether the file exists with the recorded length. Its content is not read.</param>
internal sealed record RecordedFile(ManifestEntry Entry, string Path, bool Exists);
