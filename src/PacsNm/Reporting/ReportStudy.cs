using PacsNm.Retrieval;

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

    /// <summary>Its pictures, as JPEG.</summary>
    public IReadOnlyList<byte[]> Pictures { get; init; } = [];

    /// <summary>The row of a result.</summary>
    public static ReportStudy Of(PacsSavedItem item) => new()
    {
        Uid = item switch
        {
            PacsSavedInstance instance => instance.SopInstanceUid,
            PacsSavedSeries series => series.SeriesInstanceUid,
            _ => item.StudyInstanceUid,
        },
        StudyInstanceUid = item.StudyInstanceUid,
        Status = $"{item.Status}",
        Verdict = item.Status switch
        {
            SaveStatus.Complete or SaveStatus.Skipped => Verdict.Good,
            SaveStatus.Partial or SaveStatus.Unavailable => Verdict.Mixed,
            _ => Verdict.Bad,
        },
        Present = item.Received + item.AlreadyPresent,
        Expected = item.Expected,
        Bytes = item.Bytes,
        Duration = item.Duration,
        Reason = item.Reason,
        Problems = [.. item.Missing.Select(missing => $"{missing}")],
        ArchiveRoot = RootOf(item.Path),
    };

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

    /// <summary>The folder above that holds the module's own.</summary>
    private static string? RootOf(string path)
    {
        for (var folder = path.Length > 0 ? new DirectoryInfo(path) : null; folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, Archive.OwnFolder)))
                return folder.FullName;
        }

        return null;
    }
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
