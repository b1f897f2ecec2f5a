using System.Globalization;
using System.Text.RegularExpressions;

namespace PacsNm.Jobs;

/// <summary>
/// The hours in which a PACS may be used: windows of local time on days of the week, such as 19:00-06:00 or Sat-Sun. A window that passes
/// midnight belongs to the day on which it begins.
/// </summary>
internal sealed class ActiveHours
{
    private const string Examples = "Write each window as a text of its own: '19:00-06:00', 'Sat-Sun', 'Mon,Wed 18:30-07:00'.";

    /// <summary>The windows repeat every week, so that a change is found within this time, except for a change to summer time.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(9);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Regex Form = new(
        @"^\s*(?<days>[A-Za-z,\-\s]+?)?\s*((?<from>\d{1,2}:\d{2})\s*-\s*(?<to>\d{1,2}:\d{2}))?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private readonly Window[] _windows;

    private readonly string[] _texts;

    private ActiveHours(Window[] windows, string[] texts) => (_windows, _texts) = (windows, texts);

    /// <summary>Parses windows.</summary>
    /// <exception cref="FormatException">A text is not a window. The message says why.</exception>
    public static ActiveHours Parse(IEnumerable<string> texts)
    {
        string[] trimmed = [.. texts.SelectMany(text => (text ?? "").Split(';')).Select(text => text.Trim())];
        return trimmed.Length == 0
            ? throw new FormatException($"There is no window. {Examples}")
            : new ActiveHours([.. trimmed.Select(ParseWindow)], trimmed);
    }

    /// <summary>Parses the text form of several windows, which has semicolons between them; null for an empty text.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static ActiveHours? ParseText(string text) => text.Trim().Length == 0 ? null : Parse([text]);

    /// <summary>Returns why a text is not the text form of windows; null if it is.</summary>
    public static string? FindProblem(string text)
    {
        try
        {
            _ = ParseText(text);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Whether a local time lies in a window.</summary>
    public bool Contains(DateTime local) => _windows.Any(window => window.Contains(local));

    /// <summary>Finds when the hours next begin or end.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="zone">The time zone of the windows.</param>
    /// <returns>The first minute that differs from now; null if the windows cover the whole week.</returns>
    public DateTimeOffset? NextChange(DateTimeOffset now, TimeZoneInfo zone)
    {
        var isOpen = Contains(Local(now, zone));
        var last = now + Horizon;

        // Each minute is looked at by its universal time, so that a change to or from summer time needs no rule of its own.
        for (var time = Floor(now) + Minute; time <= last; time += Minute)
        {
            if (Contains(Local(time, zone)) != isOpen)
                return time;
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", _texts);

    /// <summary>The local time of an instant.</summary>
    public static DateTime Local(DateTimeOffset time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time, zone).DateTime;

    private static DateTimeOffset Floor(DateTimeOffset time) => time - TimeSpan.FromTicks(time.UtcTicks % TimeSpan.TicksPerMinute);

    private static Window ParseWindow(string text)
    {
        var match = Form.Match(text);
        if (!match.Success || text.Length == 0)
            throw new FormatException($"'{text}' is not a window. {Examples}");
        var days = match.Groups["days"].Success ? ParseDays(match.Groups["days"].Value) : [.. AllDays];
        if (!match.Groups["from"].Success)
            return new Window(days, TimeSpan.Zero, TimeSpan.FromDays(1));
        var (from, to) = (ParseTime(match.Groups["from"].Value), ParseTime(match.Groups["to"].Value));
        if (from == TimeSpan.FromDays(1))
            throw new FormatException($"'{text}' begins at 24:00. Write 00:00 and the next day. {Examples}");
        if (from == to)
            throw new FormatException($"'{text}' begins when it ends. For the whole day write 00:00-24:00. {Examples}");
        return new Window(days, from, to);
    }

    private static IEnumerable<DayOfWeek> AllDays => Enumerable.Range(0, 7).Select(day => (DayOfWeek)day);

    private static TimeSpan ParseTime(string text)
    {
        var parts = text.Split(':');
        var (hours, minutes) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        var time = new TimeSpan(hours, minutes, 0);
        return minutes < 60 && time <= TimeSpan.FromDays(1)
            ? time
            : throw new FormatException($"'{text}' is not a time of day between 00:00 and 24:00.");
    }

    private static HashSet<DayOfWeek> ParseDays(string text)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            var (first, last) = (ParseDay(ends[0]), ParseDay(ends[ends.Length - 1]));
            if (ends.Length > 2)
                throw new FormatException($"'{part}' is not a range of days. {Examples}");
            for (var day = first; ; day = (DayOfWeek)(((int)day + 1) % 7))
            {
                days.Add(day);
                if (day == last)
                    break;
            }
        }

        return days;
    }

    /// <summary>Parses an English name of a day or its first three letters.</summary>
    private static DayOfWeek ParseDay(string text)
    {
        foreach (var day in AllDays)
        {
            var name = $"{day}";
            if (new[] { name, name.Substring(0, 3) }.Contains(text, StringComparer.OrdinalIgnoreCase))
                return day;
        }

        throw new FormatException($"'{text}' is not a day of the week: Mon, Tue, Wed, Thu, Fri, Sat or Sun. {Examples}");
    }

    /// <summary>A window on some days.</summary>
    /// <param name="Days">The days on which it begins.</param>
    /// <param name="From">The time of day at which it begins.</param>
    /// <param name="To">The time of day at which it ends. If it is earlier, the window ends on the next day.</param>
    private sealed record Window(HashSet<DayOfWeek> Days, TimeSpan From, TimeSpan To)
    {
        public bool Contains(DateTime local)
        {
            var time = local.TimeOfDay;
            var isToday = Days.Contains(local.DayOfWeek);
            if (From < To)
                return isToday && time >= From && time < To;
            return (isToday && time >= From) || (Days.Contains(local.AddDays(-1).DayOfWeek) && time < To);
        }
    }
}
