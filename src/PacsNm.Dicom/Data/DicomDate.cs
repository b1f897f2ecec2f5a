using System.Globalization;

namespace PacsNm.Dicom.Data;

/// <summary>Dates (PS3.5 6.2, VR DA).</summary>
public static class DicomDate
{
    private static readonly string[] Formats = ["yyyyMMdd", "yyyy'.'MM'.'dd"];

    /// <summary>Reads YYYYMMDD, or YYYY.MM.DD as ACR-NEMA had it; null for anything else.</summary>
    public static DateTime? Parse(string? text) =>
        DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}

/// <summary>Times of day (PS3.5 6.2, VR TM).</summary>
public static class DicomTime
{
    private static readonly string[] Formats =
        ["hh", "hhmm", "hhmmss", @"hhmmss\.FFFFFF", @"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFF", @"hh\:mm"];

    /// <summary>Reads HH, HHMM, HHMMSS or HHMMSS.FFFFFF, with colons too as ACR-NEMA had it; null for anything else.</summary>
    public static TimeSpan? Parse(string? text) =>
        TimeSpan.TryParseExact(text, Formats, CultureInfo.InvariantCulture, TimeSpanStyles.None, out var time) ? time : null;
}
