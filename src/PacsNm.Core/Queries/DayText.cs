using System.Globalization;
using System.Text.RegularExpressions;

namespace PacsNm.Queries;

/// <summary>
/// Parses one day, as people write it and as Export-Csv writes a DateTime, which depends on the culture. The time of day is ignored and a
/// time zone is not converted, because a Study Date is the local day.
/// </summary>
internal static class DayText
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>13:00, T13:00:00.5+02:00, T130000, 1:00:00 PM, and the words for AM and PM in any language.</summary>
    private const string Time =
        @"([T\s]\s*(\p{L}[\p{L}. ]{0,12}\s*)?\d{1,2}[:.]?\d{2}([:.]?\d{2}([.,]\d{1,7})?)?(\s*\p{L}[\p{L}.\s]{0,12})?([+-]\d{2}:?\d{2})?)?$";

    /// <summary>DICOM and ISO 8601, ACR-NEMA, and cultures that begin with the year.</summary>
    private static readonly Regex YearFirst = new(
        @"^((?<y>\d{4})(?<m>\d\d)(?<d>\d\d)|(?<y>\d{4})(?<s>[-./])\s?(?<m>\d{1,2})\k<s>\s?(?<d>\d{1,2})\.?)" + Time, Options);

    /// <summary>All cultures of .NET that use dots begin with the day.</summary>
    private static readonly Regex DayFirst = new(@"^(?<d>\d{1,2})\.\s?(?<m>\d{1,2})\.\s?(?<y>\d{4})\.?(\s?г\.)?" + Time, Options);

    /// <summary>Whether day or month comes first depends on the culture, and a file does not record its culture.</summary>
    private static readonly Regex Either = new(@"^(?<d>\d{1,2})(?<s>[-/])(?<m>\d{1,2})\k<s>(?<y>\d{4})" + Time, Options);

    /// <summary>Parses a day.</summary>
    /// <param name="value">Text, a DateTime, a DateTimeOffset, or a DateOnly.</param>
    /// <returns>The day; null if the value is not a day.</returns>
    /// <exception cref="FormatException">The text may be one of two days.</exception>
    public static DateTime? Parse(object? value) => value switch
    {
        DateTime day => day.Date,
        DateTimeOffset day => day.Date,

        // .NET Framework has no DateOnly.
        IFormattable day when day.GetType().FullName == "System.DateOnly" => Parse(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)),
        var other => Parse((Convert.ToString(other, CultureInfo.InvariantCulture) ?? "").Trim()),
    };

    private static DateTime? Parse(string text)
    {
        if (YearFirst.Match(text) is { Success: true } yearFirst)
        {
            var day = Day(yearFirst, "y", "m", "d");
            return yearFirst.Groups["s"].Value is "/" or "." ? InOurTime(day) : day;
        }

        if (DayFirst.Match(text) is { Success: true } dotted)
            return InOurTime(Day(dotted, "y", "m", "d"));
        if (Either.Match(text) is not { Success: true } match)
            return null;
        var (dayFirst, monthFirst) = (InOurTime(Day(match, "y", "m", "d")), InOurTime(Day(match, "y", "d", "m")));
        return dayFirst is { } one && monthFirst is { } other && one != other
            ? throw new FormatException($"The date could mean {Iso(one)} or {Iso(other)}. Write it as one of these.")
            : dayFirst ?? monthFirst;
    }

    private static DateTime? Day(Match match, string year, string month, string day) =>
        DateTime.TryParseExact(
            $"{match.Groups[year].Value}-{match.Groups[month].Value}-{match.Groups[day].Value}",
            "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : null;

    /// <summary>Other calendars count years differently.</summary>
    private static DateTime? InOurTime(DateTime? day) => day?.Year is >= 1900 and < 2200 ? day : null;

    private static string Iso(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
