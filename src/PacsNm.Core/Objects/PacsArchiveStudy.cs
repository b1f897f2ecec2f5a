namespace PacsNm;

/// <summary>Whether the files of a study in an archive agree with its manifest.</summary>
public enum ArchiveStatus
{
    /// <summary>Every recorded file exists and is unchanged.</summary>
    Intact,

    /// <summary>Files are missing or changed, or the manifest was changed or cannot be read.</summary>
    Damaged,

    /// <summary>Files cannot be read now, because another program has them open or access is denied. No other file is damaged.</summary>
    Unreadable,

    /// <summary>There are files that no manifest names. The recorded files are intact.</summary>
    Unlisted,

    /// <summary>A run is working on the study, so it was not verified.</summary>
    InUse,
}

/// <summary>The verification of a study in an archive against its manifest.</summary>
public sealed record PacsArchiveStudy
{
    /// <summary>Study Instance UID (0020,000D); empty for files that name no study.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>The result of the verification.</summary>
    public ArchiveStatus Status { get; init; }

    /// <summary>The status of the last run for the whole study; null if no run ended.</summary>
    public SaveStatus? Saved { get; init; }

    /// <summary>The number of files of the study that were found.</summary>
    public int Files { get; init; }

    /// <summary>The total size of these files in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>SOP Instance UIDs whose files were recorded and do not exist.</summary>
    public ValueList<string> Missing { get; init; } = [];

    /// <summary>SOP Instance UIDs whose files differ from what was recorded.</summary>
    public ValueList<string> Altered { get; init; } = [];

    /// <summary>
    /// SOP Instance UIDs whose files exist and cannot be read now, because another program has them open or access is denied.
    /// </summary>
    public ValueList<string> Unreadable { get; init; } = [];

    /// <summary>Paths of files of the study that no manifest names.</summary>
    public ValueList<string> Unlisted { get; init; } = [];

    /// <summary>The number of lines of the manifest that cannot be read.</summary>
    public int UnreadableLines { get; init; }

    /// <summary>The number of places where lines of the manifest were changed, removed or added by something other than PacsNm.</summary>
    public int ManifestBreaks { get; init; }

    /// <summary>The path of the manifest; empty if there is none.</summary>
    public string Manifest { get; init; } = "";

    /// <summary>Returns the Study Instance UID. Paths are left out, because they may name a patient.</summary>
    public override string ToString() => StudyInstanceUid;
}
