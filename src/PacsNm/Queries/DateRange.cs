using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>A range of days for range matching (PS3.4 C.2.2.2.5). An end that is null is open.</summary>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day, which belongs to it.</param>
internal sealed record DateRange(DateTime? First, DateTime? Last)
{
    private const string Examples =
        "Write 20210901, 20210901-20210930, -20210930, 20210901-, a DateTime, or two dates with a comma.";

    private static readonly Regex DashedDay = new(@"\b(\d{4})-(\d{2})-(\d{2})\b", RegexOptions.CultureInvariant);

    /// <summary>All days: some PACS want a date in every query, and this one excludes nothing.</summary>
    public static DateRange All { get; } = new(new DateTime(1900, 1, 1), null);

    /// <summary>The last days, today included.</summary>
    public static DateRange LastDays(int days, DateTime today) => new(today.Date.AddDays(-days), today.Date);

    /// <summary>Reads what a person types for a date or a range of dates.</summary>
    /// <exception cref="FormatException">It is neither; the message shows what would be.</exception>
    public static DateRange Parse(IReadOnlyList<object?> values)
    {
        var range = values.Count switch
        {
            1 when Unwrap(values[0]) is DateTime day => new DateRange(day.Date, day.Date),
            1 => ParseText(Convert.ToString(Unwrap(values[0]), CultureInfo.InvariantCulture) ?? ""),
            2 => new DateRange(ParseDay(values[0]), ParseDay(values[1])),
            _ => throw Invalid(string.Join(", ", values)),
        };
        return range.First > range.Last
            ? throw new FormatException($"The range {range} ends before it begins. {Examples}")
            : range;
    }

    /// <summary>Reads one day.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateTime ParseDay(object? value) => Unwrap(value) switch
    {
        DateTime day => day.Date,
        DateTimeOffset day => day.Date,
        var other => ParseDay((Convert.ToString(other, CultureInfo.InvariantCulture) ?? "").Trim()),
    };

    /// <summary>The range as a key of a query.</summary>
    public override string ToString() =>
        First == Last ? Format(First) : $"{Format(First)}-{Format(Last)}";

    private static DateRange ParseText(string text)
    {
        // A day may be written with dashes, too, as ISO 8601 has it.
        text = DashedDay.Replace(text, "$1$2$3");
        if (text.Split(',') is [var from, var to])
            return new DateRange(ParseDay(from), ParseDay(to));
        return text.Trim().Split('-') switch
        {
            [var day] => new DateRange(ParseDay(day.Trim()), ParseDay(day.Trim())),
            ["", var last] => new DateRange(null, ParseDay(last.Trim())),
            [var first, ""] => new DateRange(ParseDay(first.Trim()), null),
            [var first, var last] => new DateRange(ParseDay(first.Trim()), ParseDay(last.Trim())),
            _ => throw Invalid(text),
        };
    }

    private static DateTime ParseDay(string text) =>
        DashedDay.Replace(text, "$1$2$3") is { Length: 8 } plain && DicomDate.Parse(plain) is { } day ? day : throw Invalid(text);

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static string Format(DateTime? day) => day?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "";

    private static FormatException Invalid(string text) => new($"'{text}' is no date and no range of dates. {Examples}");
}
