using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The days that a query asks for.</summary>
/// <param name="Range">The range; null where the query's own keys have a date.</param>
/// <param name="IsDefault">Whether the caller gave neither days nor a name, so that only the recent ones are asked for.</param>
internal sealed record SearchPeriod(DateRange? Range, bool IsDefault)
{
    /// <summary>Days of a search for which none were given.</summary>
    private const int RecentDays = 30;

    /// <summary>Whether the days leave out studies.</summary>
    public bool IsNarrow => Range is not null && Range != DateRange.All;

    /// <summary>Decides.</summary>
    /// <param name="query">The query; the days of a row come before those of the call.</param>
    /// <param name="identifier">Its keys.</param>
    /// <param name="options">The days of the call.</param>
    public static SearchPeriod Of(StudyQuery query, Identifier identifier, SearchOptions options)
    {
        if ((query.Keys.Dates ?? options.Dates) is { } given)
            return new SearchPeriod(given, IsDefault: false);
        if (options.AllDates)
            return new SearchPeriod(new DateRange(null, null), IsDefault: false);
        if (identifier.Matches(Tags.StudyDate))
            return new SearchPeriod(null, IsDefault: false);
        return query.IsNamed || identifier.Matches(Tags.StudyInstanceUID) || identifier.Matches(Tags.AccessionNumber)
            ? new SearchPeriod(DateRange.All, IsDefault: false)
            : new SearchPeriod(DateRange.LastDays(RecentDays, options.Today), IsDefault: true);
    }
}
