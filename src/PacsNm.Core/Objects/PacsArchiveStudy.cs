namespace PacsNm;

/// <summary>Whether a study in an archive is as its manifest says.</summary>
public enum ArchiveStatus
{
    /// <summary>Every file that is recorded is there as it was recorded.</summary>
    Intact,

    /// <summary>Files are missing or altered, or the manifest cannot be read.</summary>
    Damaged,

    /// <summary>Files are there that no manifest names; those that are recorded are intact.</summary>
    Unlisted,

    /// <summary>A run is at work on it, so that nothing can be said.</summary>
    InUse,
}

/// <summary>A study in an archive, held against its manifest.</summary>
public sealed record PacsArchiveStudy
{
    /// <summary>Study Instance UID (0020,000D); empty for files that name no study.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>The verdict.</summary>
    public ArchiveStatus Status { get; init; }

    /// <summary>What the last run for the whole study came to; null where none came to its end.</summary>
    public SaveStatus? Saved { get; init; }

    /// <summary>Files that were found and belong to it.</summary>
    public int Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>SOP Instance UIDs that are recorded and not there.</summary>
    public ValueList<string> Missing { get; init; } = [];

    /// <summary>SOP Instance UIDs whose files are not what was recorded.</summary>
    public ValueList<string> Altered { get; init; } = [];

    /// <summary>Paths of its files that no manifest names.</summary>
    public ValueList<string> Unlisted { get; init; } = [];

    /// <summary>Lines of the manifest that cannot be read.</summary>
    public int UnreadableLines { get; init; }

    /// <summary>The manifest; empty where there is none.</summary>
    public string Manifest { get; init; } = "";

    /// <summary>The study's UID, and not more: a path may name a patient.</summary>
    public override string ToString() => StudyInstanceUid;
}
