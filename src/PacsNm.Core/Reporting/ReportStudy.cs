namespace PacsNm.Reporting;

/// <summary>A row of a report.</summary>
internal sealed record ReportStudy
{
    /// <summary>The study's UID; that of the series or instance where the row is of one.</summary>
    public required string Uid { get; init; }

    /// <summary>The study.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>The status as text.</summary>
    public required string Status { get; init; }

    /// <summary>Whether all is well, not well, or in between.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Instances that are there.</summary>
    public int Present { get; init; }

    /// <summary>Instances that should be there, where that is known.</summary>
    public int? Expected { get; init; }

    /// <summary>Bytes that arrived, or that are there.</summary>
    public long Bytes { get; init; }

    /// <summary>How long the retrieval took; null where there was none.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Why it is not complete.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What is missing or altered, a line each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The folder of its archive; null where there is none.</summary>
    public string? ArchiveRoot { get; init; }

    /// <summary>One of its files, for what the header says; null where there is none.</summary>
    public PacsFile? File { get; init; }

    /// <summary>The modalities of its series, as their files say.</summary>
    public IReadOnlyCollection<string> Modalities { get; init; } = [];

    /// <summary>Its pictures, as JPEG.</summary>
    public IReadOnlyList<byte[]> Pictures { get; init; } = [];

    /// <summary>The row of a study in an archive.</summary>
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
        Reason = study.Saved is null or SaveStatus.Complete ? "" : $"When it was last retrieved it was {study.Saved}.",
        Problems =
        [
            .. study.Missing.Select(uid => $"{uid}: it is gone."),
            .. study.Altered.Select(uid => $"{uid}: it is not what was recorded."),
            .. study.Unlisted.Count > 0 ? [$"{study.Unlisted.Count} files that no manifest names."] : Array.Empty<string>(),
        ],
        ArchiveRoot = root,
    };
}

/// <summary>What a status comes to.</summary>
internal enum Verdict
{
    /// <summary>All is well.</summary>
    Good,

    /// <summary>Some of it is.</summary>
    Mixed,

    /// <summary>It is not.</summary>
    Bad,
}
