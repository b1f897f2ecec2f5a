using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>A part of the time that a query asks about: days, or hours of one day.</summary>
/// <param name="Dates">The days.</param>
/// <param name="Hours">The first and the last hour, 0 to 23, of one day; null for whole days.</param>
internal sealed record QuerySlice(DateRange Dates, (int First, int Last)? Hours = null)
{
    /// <summary>Sets the keys of the slice.</summary>
    public void ApplyTo(Identifier identifier)
    {
        identifier.Match(Tags.StudyDate, Dates.ToString());
        if (Hours is var (first, last))
            identifier.Match(Tags.StudyTime, $"{first:00}0000-{last:00}5959.999999");
    }

    /// <summary>Two halves: of days, then of the hours of a day; null for a single hour.</summary>
    /// <param name="today">Where a range without an end is divided first.</param>
    public (QuerySlice Earlier, QuerySlice Later)? Split(DateTime today)
    {
        if (Hours is var (firstHour, lastHour))
        {
            var middleHour = (firstHour + lastHour) / 2;
            return firstHour == lastHour
                ? null
                : (this with { Hours = (firstHour, middleHour) }, this with { Hours = (middleHour + 1, lastHour) });
        }

        var first = Dates.First ?? new DateTime(1900, 1, 1);
        if (Dates.Last is not { } last)
        {
            var pivot = first > today ? first.AddDays(1) : today;
            return (new(new DateRange(first, pivot)), new(new DateRange(pivot.AddDays(1), new DateTime(9999, 12, 31))));
        }

        if (first == last)
            return (this with { Hours = (0, 11) }, this with { Hours = (12, 23) });
        var middle = first.AddDays((last - first).Days / 2);
        return (new(new DateRange(first, middle)), new(new DateRange(middle.AddDays(1), last)));
    }

    /// <summary>Each day by itself.</summary>
    public IEnumerable<QuerySlice> Days(DateTime today)
    {
        var last = Dates.Last ?? today;
        for (var day = Dates.First ?? new DateTime(1900, 1, 1); day <= last; day = day.AddDays(1))
            yield return new QuerySlice(new DateRange(day, day));
    }

    /// <summary>As it is told to a person.</summary>
    public override string ToString() =>
        Hours is var (first, last) ? $"{Dates} {first:00}:00-{last:00}:59" : Dates.ToString();
}
