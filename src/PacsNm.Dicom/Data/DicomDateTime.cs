using System.Globalization;

namespace PacsNm.Dicom.Data;

/// <summary>Dates with times (PS3.5 6.2, VR DT) and offsets from UTC.</summary>
public static class DicomDateTime
{
    private const int OffsetLength = 5;

    /// <summary>The lengths of YYYY, YYYYMM, YYYYMMDD, and of these with HH, HHMM or HHMMSS.</summary>
    private const string Longest = "00000101000000";

    /// <summary>The largest offsets (PS3.5 6.2): -1200 and +1400.</summary>
    private static readonly TimeSpan Westernmost = TimeSpan.FromHours(-12), Easternmost = TimeSpan.FromHours(14);

    /// <summary>
    /// Parses YYYYMMDDHHMMSS.FFFFFF&amp;ZZXX, of which everything after the year may be absent; null for any other text. Absent parts are
    /// the first month and day, and midnight.
    /// </summary>
    /// <returns>The date and time as written, without its offset.</returns>
    public static DateTime? Parse(string? text)
    {
        if (text is null)
            return null;
        var digits = text.Trim();
        var sign = digits.IndexOfAny(['+', '-']);
        if (sign >= 0)
        {
            if (ParseOffset(digits.Substring(sign)) is null)
                return null;
            digits = digits.Substring(0, sign);
        }

        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits.Substring(0, point);
        if (whole.Length < 4 || whole.Length % 2 != 0 || whole.Length > Longest.Length || (point >= 0 && whole.Length < Longest.Length))
            return null;
        whole += Longest.Substring(whole.Length);
        return DicomDate.Parse(whole.Substring(0, 8)) is { } date
            && DicomTime.Parse(whole.Substring(8) + (point < 0 ? "" : digits.Substring(point))) is { } time
                ? date + time
                : null;
    }

    /// <summary>Returns the offset at the end of a date and time (DT); null if it has none.</summary>
    public static TimeSpan? OffsetOf(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        var sign = trimmed.IndexOfAny(['+', '-']);
        return sign < 0 ? null : ParseOffset(trimmed.Substring(sign));
    }

    /// <summary>Parses an offset from UTC: &amp;ZZXX, such as +0100 (PS3.3 C.12.1); null for any other text.</summary>
    public static TimeSpan? ParseOffset(string? text)
    {
        if (text is not { Length: OffsetLength } || text[0] is not ('+' or '-'))
            return null;
        if (!TimeSpan.TryParseExact(text.Substring(1), "hhmm", CultureInfo.InvariantCulture, TimeSpanStyles.None, out var offset))
            return null;
        if (text[0] == '-')
            offset = -offset;
        return offset >= Westernmost && offset <= Easternmost ? offset : null;
    }
}
