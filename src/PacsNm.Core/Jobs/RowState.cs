using System.Globalization;

namespace PacsNm.Jobs;

/// <summary>What is known of a row: a line of an outcome file.</summary>
internal sealed record RowState
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>The number of the row, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>The outcome.</summary>
    public JobOutcome Outcome { get; init; }

    /// <summary>When it was recorded.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>How often the row was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it may be tried again; null if the outcome is final, or the row waits for its turn.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The instances that were expected; null if unknown.</summary>
    public int? Expected { get; init; }

    /// <summary>The instances that were received or in the archive already.</summary>
    public int Present { get; init; }

    /// <summary>Number of Study Related Instances (0020,1208) of all studies, by the last query; null if the PACS did not give it.</summary>
    public int? Counted { get; init; }

    /// <summary>The bytes that were received.</summary>
    public long Bytes { get; init; }

    /// <summary>The studies that match the row.</summary>
    public IReadOnlyList<string> Studies { get; init; } = [];

    /// <summary>Why; empty for a complete row. The text has no patient's data.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The cells of the line.</summary>
    public string[] ToCells() =>
    [
        Text(Row), $"{Outcome}", Text(Time), Text(Attempts), NotBefore is { } time ? Text(time) : "", Text(Expected), Text(Present),
        Text(Counted), Bytes.ToString(CultureInfo.InvariantCulture), string.Join(" ", Studies), Reason,
    ];

    /// <summary>Parses the cells of a line; null if they are not such a line.</summary>
    public static RowState? FromCells(string[] cells)
    {
        if (cells.Length < 11
            || !int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            || !Enum.TryParse<JobOutcome>(cells[1], out var outcome)
            || ParseTime(cells[2]) is not { } time)
        {
            return null;
        }

        return new RowState
        {
            Row = row,
            Outcome = outcome,
            Time = time,
            Attempts = Number(cells[3]) ?? 0,
            NotBefore = ParseTime(cells[4]),
            Expected = Number(cells[5]),
            Present = Number(cells[6]) ?? 0,
            Counted = Number(cells[7]),
            Bytes = long.TryParse(cells[8], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0,
            Studies = cells[9].Length == 0 ? [] : cells[9].Split(' '),
            Reason = cells[10],
        };
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
