using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>When a PACS may be used. 2026-03-02 is a Monday.</summary>
public sealed class ActiveHoursTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void Days_with_a_comma_have_the_same_hours()
    {
        var hours = ActiveHours.Parse(["Mon,Wed 18:00-07:00"]);

        // 2026-03-02 is a Monday.
        Assert.False(hours.Contains(new DateTime(2026, 3, 2, 12, 0, 0)));
        Assert.True(hours.Contains(new DateTime(2026, 3, 2, 19, 0, 0)));
        Assert.True(hours.Contains(new DateTime(2026, 3, 4, 19, 0, 0)));
    }

    [Theory]
    [InlineData("19:00-06:00", "2026-03-02 18:59:59", false)]
    [InlineData("19:00-06:00", "2026-03-02 19:00:00", true)]
    [InlineData("19:00-06:00", "2026-03-03 05:59:59", true)]
    [InlineData("19:00-06:00", "2026-03-03 06:00:00", false)]
    [InlineData("00:00-24:00", "2026-03-03 23:59:59", true)]
    [InlineData("22:00-24:00", "2026-03-03 00:00:00", false)]
    [InlineData("Sat-Sun", "2026-03-07 00:00:00", true)]
    [InlineData("Sat-Sun", "2026-03-09 00:00:00", false)]
    [InlineData("Fri-Mon", "2026-03-02 12:00:00", true)]
    [InlineData("Fri-Mon", "2026-03-03 12:00:00", false)]
    [InlineData("monday, WED", "2026-03-04 12:00:00", true)]
    [InlineData("Mon-Fri 18:30-07:00", "2026-03-07 06:59:00", true)]
    [InlineData("Mon-Fri 18:30-07:00", "2026-03-07 18:45:00", false)]
    [InlineData("Mon-Fri 18:30-07:00", "2026-03-02 06:00:00", false)]
    [InlineData("8:00-9:00", "2026-03-02 08:30:00", true)]
    public void A_window_has_its_hours(string window, string time, bool isOpen) =>
        Assert.Equal(isOpen, ActiveHours.Parse([window]).Contains(Local(time)));

    [Fact]
    public void Several_windows_add_up()
    {
        var hours = ActiveHours.Parse(["19:00-06:00", "Sat-Sun"]);
        Assert.True(hours.Contains(Local("2026-03-07 12:00:00")));
        Assert.True(hours.Contains(Local("2026-03-03 23:00:00")));
        Assert.False(hours.Contains(Local("2026-03-03 12:00:00")));
        Assert.Equal("19:00-06:00; Sat-Sun", $"{hours}");
        Assert.True(ActiveHours.ParseText($"{hours}")!.Contains(Local("2026-03-07 12:00:00")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("19:00")]
    [InlineData("19:00-19:00")]
    [InlineData("25:00-06:00")]
    [InlineData("19:60-06:00")]
    [InlineData("24:00-06:00")]
    [InlineData("Samstag")]
    [InlineData("Mon-Tue-Wed")]
    [InlineData("19-6")]
    [InlineData("Mon 19:00-06:00 Tue")]
    public void Another_text_is_refused(string text) => Assert.Throws<FormatException>(() => ActiveHours.Parse([text]));

    [Theory]
    [InlineData("19:00-06:00", "2026-03-02T12:00:00Z", "2026-03-02T18:00:00Z")]
    [InlineData("19:00-06:00", "2026-03-02T18:00:30Z", "2026-03-03T05:00:00Z")]
    [InlineData("Sat-Sun", "2026-03-02T12:00:00Z", "2026-03-06T23:00:00Z")]

    // On the 29th of March, 02:00 to 03:00 does not exist; on the 25th of October it comes twice.
    [InlineData("02:30-05:00", "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("19:00-06:00", "2026-03-28T23:00:00Z", "2026-03-29T04:00:00Z")]
    [InlineData("19:00-06:00", "2026-10-24T22:00:00Z", "2026-10-25T05:00:00Z")]
    public void The_next_change_is_found(string window, string now, string change) =>
        Assert.Equal(Instant(change), ActiveHours.Parse([window]).NextChange(Instant(now), Berlin));

    [Fact]
    public void A_window_of_the_whole_week_never_changes() =>
        Assert.Null(ActiveHours.Parse(["Mon-Sun"]).NextChange(Instant("2026-03-02T12:00:00Z"), Berlin));

    private static DateTime Local(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
