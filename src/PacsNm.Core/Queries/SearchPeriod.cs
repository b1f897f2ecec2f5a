using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The days that a query asks for.</summary>
/// <param name="Range">The range; null if the keys of the query have a date themselves.</param>
/// <param name="IsDefault">Whether the caller gave no days and no identifier, so that only recent studies are searched.</param>
internal sealed record SearchPeriod(DateRange? Range, bool IsDefault)
{
    /// <summary>The number of days to search if none are given.</summary>
    private const int RecentDays = 30;

    /// <summary>Whether the days exclude studies.</summary>
    public bool IsNarrow => Range is not null && Range != DateRange.All;

    /// <summary>Determines the days of a query.</summary>
    /// <param name="query">The query. The days of a row take precedence over those of the call.</param>
    /// <param name="identifier">The keys of the query.</param>
    /// <param name="options">The options of the call.</param>
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
