using System.Collections;
using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Retrieval;

namespace PacsNm.Reporting;

/// <summary>
/// Reads the row of a report from a result by the names of its properties, so that a result may come from a Save cmdlet, a job,
/// a CliXml file or a CSV file.
/// </summary>
internal static class ResultReader
{
    /// <summary>Reads a result.</summary>
    /// <returns>Null where it is not one: it has no Status or no valid StudyInstanceUid.</returns>
    public static ReportStudy? TryRead(PSObject result)
    {
        var study = Text(result, nameof(PacsSavedItem.StudyInstanceUid));
        var status = Text(result, nameof(PacsSavedItem.Status));
        if (!Uid.IsValid(study) || status.Length == 0)
            return null;
        return new ReportStudy
        {
            Uid = new[] { nameof(PacsSavedInstance.SopInstanceUid), nameof(PacsSavedSeries.SeriesInstanceUid) }
                .Select(property => Text(result, property)).FirstOrDefault(uid => uid.Length > 0) ?? study,
            StudyInstanceUid = study,
            Status = status,
            Verdict = VerdictOf(status),
            Present = (Value<int>(result, nameof(PacsSavedItem.Received)) ?? 0)
                + (Value<int>(result, nameof(PacsSavedItem.AlreadyPresent)) ?? 0),
            Expected = Value<int>(result, nameof(PacsSavedItem.Expected)),
            Bytes = Value<long>(result, nameof(PacsSavedItem.Bytes)) ?? 0,
            Duration = Value<TimeSpan>(result, nameof(PacsSavedItem.Duration)),
            Reason = Text(result, nameof(PacsSavedItem.Reason)),
            Problems = Texts(result, nameof(PacsSavedItem.Missing)),
            ArchiveRoot = RootOf(Text(result, nameof(PacsSavedItem.Path))),
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

    // A PSObject knows the name of an enumeration's value after it was serialized; its base object is a number.
    private static string Text(PSObject result, string property) => $"{result.Properties[property]?.Value}";

    private static T? Value<T>(PSObject result, string property)
        where T : struct
    {
        var value = result.Properties[property]?.Value;
        return Text(result, property).Length > 0 && LanguagePrimitives.TryConvertTo<T>(value, out var converted) ? converted : null;
    }

    /// <summary>The texts of a list. In a cell of a CSV file they have backslashes between.</summary>
    private static string[] Texts(PSObject result, string property)
    {
        var value = result.Properties[property]?.Value;
        return (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            null or "" => [],
            string text => text.Split('\\'),
            IEnumerable list => [.. list.Cast<object>().Select(item => $"{item}")],
            var other => [$"{other}"],
        };
    }

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
