using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>A part of the time that a query asks for: days, or hours of one day.</summary>
/// <param name="Dates">The days.</param>
/// <param name="Hours">The first and the last hour, 0 to 23, of one day; null for whole days.</param>
internal sealed record QuerySlice(DateRange Dates, (int First, int Last)? Hours = null)
{
    private static readonly DateTime FirstDay = new(1900, 1, 1);
    private static readonly DateTime LastDay = new(9999, 12, 31);

    /// <summary>Whether the slice is one whole day.</summary>
    public bool IsWholeDay => Hours is null && Dates.First is { } day && day == Dates.Last;

    /// <summary>Sets the keys of the slice.</summary>
    public void ApplyTo(Identifier identifier)
    {
        identifier.Match(Tags.StudyDate, Dates.ToString());
        if (Hours is var (first, last))
            identifier.Match(Tags.StudyTime, $"{first:00}0000-{last:00}5959.999999");
    }

    /// <summary>
    /// Divides the slice into two halves, of days or of the hours of a day; null if it cannot be divided. If the range has no first day,
    /// its earlier half has none either.
    /// </summary>
    /// <param name="today">The day at which an open range is divided first.</param>
    public (QuerySlice Earlier, QuerySlice Later)? Split(DateTime today)
    {
        if (Hours is var (firstHour, lastHour))
        {
            var middleHour = (firstHour + lastHour) / 2;
            return firstHour == lastHour
                ? null
                : (this with { Hours = (firstHour, middleHour) }, this with { Hours = (middleHour + 1, lastHour) });
        }

        return SplitDays(today);
    }

    /// <summary>
    /// Returns each day of the slice, the first day first. A range without a first day begins with its last day and goes back to 1900,
    /// because recent studies are wanted more often.
    /// </summary>
    public IEnumerable<QuerySlice> Days(DateTime today)
    {
        var last = Dates.Last ?? today;
        var first = Dates.First ?? FirstDay;
        var count = (last - first).Days + 1;
        for (var index = 0; index < count; index++)
        {
            var day = Dates.First is null ? last.AddDays(-index) : first.AddDays(index);
            yield return new QuerySlice(new DateRange(day, day));
        }
    }

    /// <summary>Whether a study lies in the slice; null if its date or time is unknown.</summary>
    public bool? Contains(DateTime? day, TimeSpan? time)
    {
        if (day is null)
            return null;
        if (day < Dates.First || day > Dates.Last)
            return false;
        return Hours is not var (first, last) ? true : time is null ? null : time.Value.Hours >= first && time.Value.Hours <= last;
    }

    private (QuerySlice Earlier, QuerySlice Later)? SplitDays(DateTime today)
    {
        var first = Dates.First ?? FirstDay;
        var last = Dates.Last ?? LastDay;
        if (first == last && Dates.First is not null)
            return (this with { Hours = (0, 11) }, this with { Hours = (12, 23) });

        // Dates before the discovery of X-rays are errors, and are one part.
        if (first >= last)
            return null;
        var isEndOpen = Dates.Last is null && today >= first && today < last;
        var middle = isEndOpen ? today.Date : first.AddDays((last - first).Days / 2);
        return (new(new DateRange(Dates.First, middle)), new(new DateRange(middle.AddDays(1), last)));
    }

    /// <summary>The slice as text for people.</summary>
    public override string ToString() =>
        Hours is var (first, last) ? $"{Dates} {first:00}:00-{last:00}:59" : Dates.ToString();
}
