using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Jobs;

/// <summary>A row of a list: what it names, and its cells.</summary>
internal sealed record JobRow
{
    private const string NoKey = "The row names no study: it has none of "
        + nameof(JobColumn.StudyInstanceUid) + ", " + nameof(JobColumn.AccessionNumber) + ", " + nameof(JobColumn.PatientId) + ", "
        + nameof(JobColumn.PatientName) + " and " + nameof(JobColumn.StudyDate) + ".";

    /// <summary>The number of the row, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The cells, one per column of the list.</summary>
    public required IReadOnlyList<string> Cells { get; init; }

    /// <summary>Study Instance UID (0020,000D); empty if the row has none.</summary>
    public string StudyInstanceUid { get; private init; } = "";

    /// <summary>Accession Number (0008,0050); empty if the row has none.</summary>
    public string AccessionNumber { get; private init; } = "";

    /// <summary>Patient ID (0010,0020); empty if the row has none.</summary>
    public string PatientId { get; private init; } = "";

    /// <summary>Patient's Name (0010,0010); empty if the row has none.</summary>
    public string PatientName { get; private init; } = "";

    /// <summary>The days as they came.</summary>
    public string DateText { get; private init; } = "";

    /// <summary>The days; null if the row has none.</summary>
    public DateRange? Dates { get; private init; }

    /// <summary>Modalities of the series to retrieve; empty for all.</summary>
    public IReadOnlyList<string> Modalities { get; private init; } = [];

    /// <summary>Series Description (0008,103E) of the series to retrieve, with the wildcards * and ?; empty for all.</summary>
    public string SeriesDescription { get; private init; } = "";

    /// <summary>Why no query can be made of the row; null if one can. The text has no patient's data.</summary>
    public string? Problem { get; private init; }

    /// <summary>The one day that the row names; null if it names none or several.</summary>
    public DateTime? Day => Dates is { First: { } first, Last: { } last } && first == last ? first : null;

    /// <summary>Rows with the same text ask for the same.</summary>
    public string Identity => StudyInstanceUid.Length > 0
        ? $"{StudyInstanceUid}\t{SeriesText}"
        : $"\t{AccessionNumber}\t{PatientId}\t{PatientName.ToUpperInvariant()}\t{Dates}\t{SeriesText}";

    private string SeriesText => $"{string.Join("\\", Modalities)}\t{SeriesDescription.ToUpperInvariant()}";

    /// <summary>Reads a row.</summary>
    /// <param name="number">The number of the row, from 1.</param>
    /// <param name="cells">Its cells.</param>
    /// <param name="columns">The index of the column per meaning.</param>
    public static JobRow Read(int number, IReadOnlyList<string> cells, IReadOnlyDictionary<JobColumn, int> columns)
    {
        var (dates, badDate) = ReadDates(Of(JobColumn.StudyDate));
        var row = new JobRow
        {
            Number = number,
            Cells = cells,
            StudyInstanceUid = Of(JobColumn.StudyInstanceUid),
            AccessionNumber = Of(JobColumn.AccessionNumber),
            PatientId = Of(JobColumn.PatientId),
            PatientName = Of(JobColumn.PatientName),
            DateText = Of(JobColumn.StudyDate),
            Dates = dates,
            Modalities = [.. Of(JobColumn.Modality).Split('\\', ',', ';', '/', ' ').Where(text => text.Length > 0)
                .Select(text => text.ToUpperInvariant())],
            SeriesDescription = Of(JobColumn.SeriesDescription),
        };
        return row with { Problem = row.FindProblem() ?? badDate };

        string Of(JobColumn column) => columns.TryGetValue(column, out var index) && index < cells.Count ? cells[index].Trim() : "";
    }

    /// <summary>Returns the row of a study that the PACS named, whose UID may be odd.</summary>
    public JobRow AsFound() => this with { Problem = null };

    /// <summary>Whether a study that a query found matches the row. A PACS may ignore a key.</summary>
    public bool Matches(PacsStudy study) =>
        (StudyInstanceUid.Length == 0 || study.StudyInstanceUid == StudyInstanceUid)
            && IsMatch(AccessionNumber, study.AccessionNumber)
            && IsMatch(PatientId, study.PatientId);

    private static bool IsMatch(string key, string value) =>
        key.Length == 0 || StudyKeys.HasWildcards(key) || value.Length == 0 || value.Trim() == key;

    private static (DateRange? Dates, string? Problem) ReadDates(string text)
    {
        if (text.Length == 0)
            return (null, null);
        try
        {
            return (DateRange.Parse([text]), null);
        }
        catch (FormatException exception)
        {
            return (null, $"{nameof(JobColumn.StudyDate)}: {exception.Message}");
        }
    }

    private string? FindProblem()
    {
        var keys = new[] { AccessionNumber, PatientId, PatientName };
        return StudyInstanceUid.Length > 0
                ? Uid.IsLikely(StudyInstanceUid) ? null : $"{nameof(JobColumn.StudyInstanceUid)} is not a UID."
            : keys.Any(key => key.Contains('\\'))
                ? "A value has a backslash, which separates the values of a list, and only UIDs may be a list (PS3.4 C.2.2.2.2)."
            : ExcelNumber.IsScientific(AccessionNumber)
                ? $"{nameof(JobColumn.AccessionNumber)} is in scientific notation, so digits are lost."
            : ExcelNumber.IsScientific(PatientId)
                ? $"{nameof(JobColumn.PatientId)} is in scientific notation, so digits are lost."
            : keys.All(StudyKeys.IsWildcardAlone) && Dates is null ? NoKey
            : null;
    }
}
