namespace PacsNm.Reporting;

/// <summary>A row of a report.</summary>
internal sealed record ReportStudy
{
    /// <summary>The UID of the study, or of the series or instance that the row is about.</summary>
    public required string Uid { get; init; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>The status as text.</summary>
    public required string Status { get; init; }

    /// <summary>How the status is rated.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The number of instances in the archive.</summary>
    public int Present { get; init; }

    /// <summary>The number of instances that should be in the archive; null if unknown.</summary>
    public int? Expected { get; init; }

    /// <summary>The bytes that arrived, or that are in the archive.</summary>
    public long Bytes { get; init; }

    /// <summary>How long the retrieval took; null if there was none.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Why the study is not complete; empty if it is.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What is missing or altered, one line per instance.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The folder of the archive; null if there is none.</summary>
    public string? ArchiveRoot { get; init; }

    /// <summary>One of the files, whose header gives the values of the row; null if there is none.</summary>
    public PacsFile? File { get; init; }

    /// <summary>The modalities of the series, from their files.</summary>
    public IReadOnlyCollection<string> Modalities { get; init; } = [];

    /// <summary>The pictures, as JPEG.</summary>
    public IReadOnlyList<byte[]> Pictures { get; init; } = [];

    /// <summary>Makes the row of a study in an archive.</summary>
    public static ReportStudy Of(PacsArchiveStudy study, string root) => new()
    {
        Uid = study.StudyInstanceUid,
        StudyInstanceUid = study.StudyInstanceUid,
        Status = $"{study.Status}",
        Verdict = study.Status switch
        {
            ArchiveStatus.Intact when study.Saved is SaveStatus.Complete or SaveStatus.Skipped => Verdict.Good,
            ArchiveStatus.Damaged => Verdict.Bad,
            _ => Verdict.Mixed,
        },
        Present = study.Files,
        Expected = study.Files - study.Unlisted.Count + study.Missing.Count,
        Bytes = study.Bytes,
        Reason = study.Saved is null or SaveStatus.Complete ? "" : $"The last retrieval was {study.Saved}.",
        Problems =
        [
            .. study.Missing.Select(uid => $"{uid}: its file is missing."),
            .. study.Altered.Select(uid => $"{uid}: its file is not what was recorded."),
            .. study.Unreadable.Select(uid => $"{uid}: its file cannot be read now."),
            .. study.Unlisted.Count > 0 ? [$"{study.Unlisted.Count} files that no manifest names."] : Array.Empty<string>(),
        ],
        ArchiveRoot = root,
    };
}

/// <summary>The rating of a status.</summary>
internal enum Verdict
{
    /// <summary>Everything is in order.</summary>
    Good,

    /// <summary>A part is in order.</summary>
    Mixed,

    /// <summary>Nothing is in order.</summary>
    Bad,
}
