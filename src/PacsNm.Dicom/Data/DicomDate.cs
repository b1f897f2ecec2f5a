using System.Globalization;

namespace PacsNm.Dicom.Data;

/// <summary>Dates (PS3.5 6.2, VR DA).</summary>
public static class DicomDate
{
    private static readonly string[] Formats = ["yyyyMMdd", "yyyy'.'MM'.'dd"];

    /// <summary>Parses YYYYMMDD, or YYYY.MM.DD as in ACR-NEMA; null for any other text.</summary>
    public static DateTime? Parse(string? text) =>
        DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}

/// <summary>Times of day (PS3.5 6.2, VR TM).</summary>
public static class DicomTime
{
    private const string LeapSecond = "60";

    /// <summary>The largest fraction of a second in a TM value.</summary>
    private static readonly TimeSpan LastMicrosecond = TimeSpan.FromTicks(TimeSpan.TicksPerSecond - (TimeSpan.TicksPerMillisecond / 1000));

    private static readonly string[] Formats =
        ["hh", "hhmm", "hhmmss", @"hhmmss\.FFFFFF", @"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFF", @"hh\:mm"];

    /// <summary>Parses HH, HHMM, HHMMSS or HHMMSS.FFFFFF, also with colons as in ACR-NEMA; null for any other text.</summary>
    /// <remarks>
    /// Second 60 is valid: it is a leap second, which may end any minute because times are local (PS3.5 table 6.2-1). .NET does not have
    /// it, so it becomes the last microsecond of its minute, which keeps the day and the order of times. 240000 is not valid, because
    /// hours in PS3.5 are 00 to 23.
    /// </remarks>
    public static TimeSpan? Parse(string? text)
    {
        if (text is null)
            return null;
        var second = text.IndexOf(':') < 0 ? 4 : 6;
        var isLeapSecond = text.Length >= second + 2 && string.CompareOrdinal(text, second, LeapSecond, 0, 2) == 0;
        if (isLeapSecond)
            text = text.Remove(second, 2).Insert(second, "59");
        if (!TimeSpan.TryParseExact(text, Formats, CultureInfo.InvariantCulture, TimeSpanStyles.None, out var time))
            return null;
        return isLeapSecond ? new TimeSpan(0, time.Hours, time.Minutes, 59) + LastMicrosecond : time;
    }
}
