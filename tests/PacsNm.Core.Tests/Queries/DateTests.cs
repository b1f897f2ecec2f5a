using System.Globalization;
using CsCheck;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>Days and ranges as people, programs and cultures write them.</summary>
public sealed class DateTests
{
    private static readonly DateTime Day = new(2021, 9, 15);

    [Theory]
    [InlineData("20210915")]
    [InlineData("2021-09-15")]
    [InlineData("2021-9-15")]
    [InlineData("2021.09.15")]
    [InlineData("2021/09/15 09:15:00")]
    [InlineData("15.09.2021")]
    [InlineData("15. 9. 2021 9:15:00")]
    [InlineData("15.09.2021 г. 9:15:00")]
    [InlineData("2021. 09. 15. 9:15:00")]
    [InlineData("2021. 9. 15. 오전 9:15:00")]
    [InlineData("15/09/2021")]
    [InlineData("9/15/2021 9:15:00 AM")]
    [InlineData("15-09-2021 09.15")]
    [InlineData("20210915T091500")]
    [InlineData("2021-09-15T23:59:59.9999999+14:00")]
    [InlineData("2021-09-15T00:00Z")]
    public void A_text_with_one_meaning_is_that_day(string text) => Assert.Equal(Day, DayText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("2021")]
    [InlineData("2021-09")]
    [InlineData("20210931")]
    [InlineData("2021-02-29")]
    [InlineData("15.13.2021")]
    [InlineData("15/9/2564")]
    [InlineData("15.09.21")]
    [InlineData("1443-02-08 x")]
    [InlineData("09/31/2021")]
    [InlineData("2021-09/15")]
    [InlineData("Doe^Jane")]
    public void A_text_that_is_no_day_is_none(string text) => Assert.Null(DayText.Parse(text));

    [Theory]
    [InlineData("01/09/2021")]
    [InlineData("9-1-2021")]
    [InlineData("01/09/2021 13:00:00")]
    public void A_text_with_two_meanings_is_refused(string text) => Assert.Throws<FormatException>(() => DayText.Parse(text));

    [Fact]
    public void The_same_day_and_month_have_one_meaning() => Assert.Equal(new DateTime(2021, 9, 9), DayText.Parse("09/09/2021"));

    [Fact]
    public void Objects_are_taken_without_their_time()
    {
        Assert.Equal(Day, DayText.Parse(Day.AddHours(23)));
        Assert.Equal(Day, DayText.Parse(new DateTimeOffset(Day.AddHours(23), TimeSpan.FromHours(-12))));
        Assert.Equal(Day, DayText.Parse(DateOnly.FromDateTime(Day)));
        Assert.Null(DayText.Parse(null));
    }

    [Fact]
    public void A_day_in_the_words_of_any_culture_comes_back_or_is_refused()
    {
        var cultures = CultureInfo.GetCultures(CultureTypes.SpecificCultures);
        var one = Gen.Int[0, cultures.Length - 1].Select(index => cultures[index]);
        Gen.Select(one, Gen.Int[0, 40_000], Gen.Int[0, 1439]).Sample((culture, days, minutes) =>
        {
            var moment = new DateTime(1920, 1, 1).AddDays(days).AddMinutes(minutes);
            try
            {
                var read = DayText.Parse(moment.ToString(culture));
                Assert.True(read is null || read == moment.Date, $"{culture}: {moment.ToString(culture)}");
            }
            catch (FormatException)
            {
                // It could mean two days.
            }
        }, iter: 500);
    }

    [Theory]
    [InlineData("20210901-20210930", "20210901-20210930")]
    [InlineData("2021-09-01-2021-09-30", "20210901-20210930")]
    [InlineData("2021-09-01/2021-09-30", "20210901-20210930")]
    [InlineData("01.09.2021 - 30.09.2021", "20210901-20210930")]
    [InlineData("20210901,20210930", "20210901-20210930")]
    [InlineData("-20210930", "-20210930")]
    [InlineData("../2021-09-30", "-20210930")]
    [InlineData("2021-09-01/..", "20210901-")]
    [InlineData("20210901-", "20210901-")]
    [InlineData("20210901-20210901", "20210901")]
    public void A_range_becomes_a_key(string text, string key) => Assert.Equal(key, DateRange.Parse([text]).ToString());

    [Theory]
    [InlineData("-")]
    [InlineData("/")]
    [InlineData("../..")]
    [InlineData(",20210901")]
    [InlineData("20210930-20210901")]
    [InlineData("20210901-x")]
    public void A_range_without_a_day_or_backwards_is_refused(string text) =>
        Assert.Throws<FormatException>(() => DateRange.Parse([text]));

    [Fact]
    public void The_last_days_have_today_in_them() =>
        Assert.Equal("20210913-20210915", DateRange.LastDays(2, Day.AddHours(5)).ToString());
}
