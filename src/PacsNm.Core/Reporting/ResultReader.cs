using PacsNm.Archive;
using PacsNm.Dicom.Data;

namespace PacsNm.Reporting;

/// <summary>
/// Reads the row of a report from a result by the names of its properties. The result may come from a Save cmdlet, a job, a CliXml
/// file or a CSV file.
/// </summary>
internal static class ResultReader
{
    /// <summary>Reads a result.</summary>
    /// <returns>The row; null if the result has no Status or no valid StudyInstanceUid.</returns>
    public static ReportStudy? TryRead(IResultProperties result)
    {
        var study = result.Text(nameof(PacsSavedItem.StudyInstanceUid));
        var status = result.Text(nameof(PacsSavedItem.Status));
        if (!Uid.IsValid(study) || status.Length == 0)
            return null;
        return new ReportStudy
        {
            Uid = new[] { nameof(PacsSavedInstance.SopInstanceUid), nameof(PacsSavedSeries.SeriesInstanceUid) }
                .Select(property => result.Text(property)).FirstOrDefault(uid => uid.Length > 0) ?? study,
            StudyInstanceUid = study,
            Status = status,
            Verdict = VerdictOf(status),
            Present = (result.Value<int>(nameof(PacsSavedItem.Received)) ?? 0)
                + (result.Value<int>(nameof(PacsSavedItem.AlreadyPresent)) ?? 0),
            Expected = result.Value<int>(nameof(PacsSavedItem.Expected)),
            Bytes = result.Value<long>(nameof(PacsSavedItem.Bytes)) ?? 0,
            Duration = result.Value<TimeSpan>(nameof(PacsSavedItem.Duration)),
            Reason = result.Text(nameof(PacsSavedItem.Reason)),
            Problems = result.Texts(nameof(PacsSavedItem.Missing)),
            ArchiveRoot = RootOf(result.Text(nameof(PacsSavedItem.Path))),
        };
    }

    private static Verdict VerdictOf(string status) => Enum.TryParse<SaveStatus>(status, out var value)
        ? value switch
        {
            SaveStatus.Complete or SaveStatus.Skipped => Verdict.Good,
            SaveStatus.Partial or SaveStatus.Unavailable => Verdict.Mixed,
            _ => Verdict.Bad,
        }
        : Verdict.Mixed;

    /// <summary>Finds the archive's folder above a path; null if there is none.</summary>
    private static string? RootOf(string path)
    {
        for (var folder = path.Length > 0 ? new DirectoryInfo(path) : null; folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, LocalArchive.OwnFolder)))
                return folder.FullName;
        }

        return null;
    }
}
