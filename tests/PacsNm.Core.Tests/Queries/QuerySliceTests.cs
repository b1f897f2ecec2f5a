using CsCheck;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>The halves of a part of time.</summary>
public sealed class QuerySliceTests
{
    private static readonly DateTime Today = new(2021, 9, 30);

    private static readonly Gen<DateTime?> OpenDay = Gen.Frequency(
        (4, Gen.Int[0, 80_000].Select(days => (DateTime?)new DateTime(1890, 1, 1).AddDays(days))),
        (1, Gen.Const((DateTime?)null)));

    private static readonly Gen<DateRange> Ranges = Gen.Select(OpenDay, OpenDay, (one, other) =>
        one > other ? new DateRange(other, one) : new DateRange(one, other));

    private static readonly Gen<(DateTime Day, TimeSpan Time)> Moments =
        Gen.Select(Gen.Int[0, 80_000], Gen.Int[0, 1439], (days, minutes) =>
            (new DateTime(1890, 1, 1).AddDays(days), TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void The_halves_hold_each_moment_of_the_whole_once() =>
        Gen.Select(Ranges, Moments, Gen.Int[0, 24]).Sample((range, moment, depth) =>
        {
            // Down to the part that the moment is in.
            var part = new QuerySlice(range);
            var isInside = part.Contains(moment.Day, moment.Time)!.Value;
            for (var level = 0; level < depth && part.Split(Today) is var (earlier, later); level++)
            {
                var isEarlier = earlier.Contains(moment.Day, moment.Time)!.Value;
                var isLater = later.Contains(moment.Day, moment.Time)!.Value;
                Assert.False(isEarlier && isLater);
                Assert.Equal(isInside, isEarlier || isLater);
                part = isEarlier ? earlier : later;
                isInside = isEarlier || isLater;
            }
        });

    [Fact]
    public void Halving_ends()
    {
        // 8,000 years are 22 halvings, and a day's hours are five.
        Gen.Select(Ranges, Gen.Bool.Array[30]).Sample((range, turns) =>
        {
            QuerySlice? part = new QuerySlice(range);
            foreach (var turn in turns)
                part = part?.Split(Today) is var (earlier, later) ? (turn ? earlier : later) : null;
            Assert.Null(part);
        });
    }

    [Theory]
    [InlineData("20210901-20210930", "20210901-20210915", "20210916-20210930")]
    [InlineData("20210901-20210902", "20210901", "20210902")]
    [InlineData("20210901-", "20210901-20210930", "20211001-99991231")]
    [InlineData("-20210901", "-19601101", "19601102-20210901")]
    [InlineData("20210901", "20210901 00:00-11:59", "20210901 12:00-23:59")]
    public void A_range_has_two_halves(string range, string earlier, string later)
    {
        var halves = new QuerySlice(DateRange.Parse([range])).Split(Today)!.Value;
        Assert.Equal((earlier, later), (halves.Earlier.ToString(), halves.Later.ToString()));
    }

    [Fact]
    public void An_hour_and_what_is_older_than_X_rays_are_not_divided()
    {
        Assert.Null(new QuerySlice(new DateRange(Today, Today), (7, 7)).Split(Today));
        Assert.Null(new QuerySlice(DateRange.Parse(["-18500101"])).Split(Today));
    }

    [Fact]
    public void Days_go_forward_from_a_beginning_and_back_from_an_end()
    {
        string[] Days(string range) => [.. new QuerySlice(DateRange.Parse([range])).Days(Today).Take(3).Select(day => day.ToString())];
        Assert.Equal(["20210929", "20210930"], Days("20210929-"));
        Assert.Equal(["20210901", "20210831", "20210830"], Days("-20210901"));
        Assert.Equal(["99991231"], Days("99991231"));
    }
}
