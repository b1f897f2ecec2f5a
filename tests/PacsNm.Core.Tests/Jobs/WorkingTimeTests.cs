using Microsoft.Extensions.Time.Testing;
using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>When a call may send a request. The clock begins on Monday, the 2nd of March 2026, at noon.</summary>
public sealed class WorkingTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Noon);

    [Fact]
    public void Without_hours_it_is_always_open()
    {
        var time = new WorkingTime([], null, _clock);
        Assert.True(time.IsOpen);
        Assert.Null(time.OpensAt);
        Assert.False(time.IsOver);
    }

    [Fact]
    public void All_hours_must_be_open()
    {
        var time = new WorkingTime([ActiveHours.Parse(["18:00-06:00"]), ActiveHours.Parse(["20:00-23:00"])], null, _clock);
        Assert.Equal(Noon.AddHours(8), time.OpensAt);
        _clock.Advance(TimeSpan.FromHours(6));
        Assert.False(time.IsOpen);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.True(time.IsOpen);
        Assert.Null(time.OpensAt);
    }

    [Fact]
    public void Hours_that_never_meet_never_open() =>
        Assert.Null(new WorkingTime([ActiveHours.Parse(["18:00-20:00"]), ActiveHours.Parse(["20:00-23:00"])], null, _clock).OpensAt);

    [Fact]
    public void The_end_of_the_hours_cancels_and_the_next_opening_begins_anew()
    {
        var time = new WorkingTime([ActiveHours.Parse(["10:00-13:00"])], null, _clock);
        var first = time.Closing;
        time.Check();
        Assert.False(first.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromHours(1));
        time.Check();
        time.Check();
        Assert.True(first.IsCancellationRequested);
        Assert.True(time.Closing.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromHours(21));
        time.Check();
        Assert.False(time.Closing.IsCancellationRequested);
        Assert.True(first.IsCancellationRequested);
    }

    [Fact]
    public void A_call_that_has_to_stop_does_not_wait_for_later_hours()
    {
        var time = new WorkingTime([ActiveHours.Parse(["19:00-06:00"])], Noon.AddHours(6), _clock);
        Assert.False(time.IsOpen);
        Assert.Null(time.OpensAt);
        Assert.False(time.IsOver);
        _clock.Advance(TimeSpan.FromHours(6));
        Assert.True(time.IsOver);
    }

    [Theory]
    [InlineData("2026-03-02 18:00", "2026-03-02T18:00:00Z")]
    [InlineData("2026-03-02 06:00", "2026-03-03T06:00:00Z")]
    [InlineData("2026-03-02 12:00", "2026-03-03T12:00:00Z")]
    [InlineData("2026-03-01 06:00", "2026-03-01T06:00:00Z")]
    public void A_time_of_today_that_has_passed_is_tomorrows(string local, string end) => Assert.Equal(
        DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture),
        WorkingTime.Next(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), _clock));
}
