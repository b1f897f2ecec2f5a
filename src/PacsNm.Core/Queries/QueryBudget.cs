namespace PacsNm.Queries;

/// <summary>
/// Limits the number of queries of one input. The limit is far above what a correct PACS needs; it guards against errors of a PACS and of
/// this module. Halving a range of N days down to single days makes 2N - 1 parts, and halving a day down to its hours makes 46 more. Only
/// days with many studies are reached by halving, so <see cref="MaximumParts"/> limits the days, unless the caller asked for single days of
/// a range that has a beginning. <see cref="MaximumDaysByHours"/> limits the days that are divided into hours: more days with so many
/// studies should be asked for in several calls. Look-ups of modalities do not count here: there is one per study.
/// </summary>
/// <param name="given">The limit that the caller gave; 0 to derive it.</param>
internal sealed class QueryBudget(int given)
{
    /// <summary>The most parts of whole days if the caller did not ask for each day: those of seven years.</summary>
    public const int MaximumParts = 5_000;

    /// <summary>The most days that are divided into hours.</summary>
    public const int MaximumDaysByHours = 31;

    private const int PartsOfADay = 46;

    private static readonly DateTime FirstDay = new(1900, 1, 1);

    private int _used;
    private int _derived;

    /// <summary>The most queries.</summary>
    public int Limit => given == 0 ? _derived : given;

    /// <summary>Returns how many queries the division of a range may need.</summary>
    public static int Derive(DateRange? range, DateSplitting splitting, DateTime today)
    {
        if (range is null || splitting == DateSplitting.Never)
            return 1;
        var (first, last) = (range.First ?? FirstDay, range.Last ?? today);
        var days = Math.Max(1, (last - first).Days + 1);
        var isEachDayWanted = splitting == DateSplitting.Always && range.First is not null;
        var parts = isEachDayWanted ? days : (int)Math.Min(2L * days, MaximumParts);

        // A range without an end has a part after today.
        return parts + 2 + (PartsOfADay * Math.Min(days, MaximumDaysByHours));
    }

    /// <summary>Raises the derived limit.</summary>
    public void Allow(int queries) => _derived += queries;

    /// <summary>Uses one query.</summary>
    /// <returns>False if the limit is reached.</returns>
    public bool TryUse()
    {
        if (_used >= Limit)
            return false;
        _used++;
        return true;
    }
}
