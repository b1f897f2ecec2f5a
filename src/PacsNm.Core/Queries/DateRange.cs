using System.Globalization;

namespace PacsNm.Queries;

/// <summary>A range of days for range matching (PS3.4 C.2.2.2.5).</summary>
/// <param name="First">The first day; null for an open range.</param>
/// <param name="Last">The last day, which is included; null for an open range.</param>
internal sealed record DateRange(DateTime? First, DateTime? Last)
{
    private const string Examples =
        "Write 20210901, 2021-09-01, 20210901-20210930, 2021-09-01/2021-09-30, -20210930, 20210901-, a DateTime, or two dates"
        + " with a comma.";

    /// <summary>The separators between the two days of a range: those of DICOM, ISO 8601 and PowerShell.</summary>
    private static readonly char[] Separators = ['-', '/', ','];

    /// <summary>All days, for a PACS that needs a date in every query.</summary>
    public static DateRange All { get; } = new(new DateTime(1900, 1, 1), null);

    /// <summary>Returns the range of the last days, including today.</summary>
    public static DateRange LastDays(int days, DateTime today) => new(today.Date.AddDays(-days), today.Date);

    /// <summary>Parses a date or a range of dates.</summary>
    /// <param name="values">One date, one range, or the two ends of a range.</param>
    /// <exception cref="FormatException">The value is not a date or a range. The message does not repeat the value.</exception>
    public static DateRange Parse(IReadOnlyList<object?> values)
    {
        var range = values.Count switch
        {
            1 => DayText.Parse(values[0]) is { } day ? new DateRange(day, day) : ParseRange($"{values[0]}".Trim()),
            2 => new DateRange(ParseDay(values[0]), ParseDay(values[1])),
            _ => throw Invalid(),
        };
        return range.First > range.Last
            ? throw new FormatException($"The range {range} ends before it begins. {Examples}")
            : range;
    }

    /// <summary>Parses one day.</summary>
    /// <exception cref="FormatException">The value is not a day.</exception>
    public static DateTime ParseDay(object? value) => DayText.Parse(value) ?? throw Invalid();

    /// <summary>Formats the range as a key of a query.</summary>
    public override string ToString() =>
        First == Last ? Format(First) : $"{Format(First)}-{Format(Last)}";

    /// <summary>
    /// Finds the separator between the two days. A date has separators too; the one between the days has a day, or nothing, on both sides.
    /// </summary>
    private static DateRange ParseRange(string text)
    {
        for (var at = text.IndexOfAny(Separators); at >= 0; at = text.IndexOfAny(Separators, at + 1))
        {
            var (before, after) = (text.Substring(0, at).Trim(), text.Substring(at + 1).Trim());
            var isEitherOpen = IsOpen(before) || IsOpen(after);
            if (isEitherOpen && text[at] == ',')
                continue;
            if (TryParseEnd(before, out var first) && TryParseEnd(after, out var last) && (first ?? last) is not null)
                return new DateRange(first, last);
        }

        throw Invalid();
    }

    /// <summary>ISO 8601-2 writes an open end as two dots.</summary>
    private static bool IsOpen(string text) => text is "" or "..";

    private static bool TryParseEnd(string text, out DateTime? day)
    {
        day = IsOpen(text) ? null : DayText.Parse(text);
        return day is not null || IsOpen(text);
    }

    private static string Format(DateTime? day) => day?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "";

    private static FormatException Invalid() => new($"This is not a date or a range of dates. {Examples}");
}
