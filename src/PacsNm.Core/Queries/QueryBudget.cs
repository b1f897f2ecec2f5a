namespace PacsNm.Queries;

/// <summary>
/// Bounds the queries of one input. The bound is far above what an honest answer needs, and stops a PACS or a rule of ours
/// that is wrong. A range of N days that is halved down to single days has 2N - 1 parts, and a day that is halved down to
/// its hours has 46 more. Halving asks for days only where the PACS has many studies, so the days are bounded by
/// <see cref="MaximumParts"/>; single days that the caller asked for are not, if the range has a beginning. Days that need
/// their hours are bounded by <see cref="MaximumDaysByHours"/>: that many days of more studies than the PACS sends are
/// better asked for in several calls. Look-ups of modalities do not count here: they are one per study that is found.
/// </summary>
/// <param name="given">The bound that the caller gave; 0 to derive it.</param>
internal sealed class QueryBudget(int given)
{
    /// <summary>Parts of whole days at most, where the caller did not ask for each day: those of seven years.</summary>
    public const int MaximumParts = 5_000;

    /// <summary>Days at most whose hours are asked for.</summary>
    public const int MaximumDaysByHours = 31;

    private const int PartsOfADay = 46;

    private static readonly DateTime FirstDay = new(1900, 1, 1);

    private int _used;
    private int _derived;

    /// <summary>Queries at most.</summary>
    public int Limit => given == 0 ? _derived : given;

    /// <summary>How many queries the division of a range may need.</summary>
    public static int Derive(DateRange? range, DateSplitting splitting, DateTime today)
    {
        if (range is null || splitting == DateSplitting.Never)
            return 1;
        var (first, last) = (range.First ?? FirstDay, range.Last ?? today);
        var days = Math.Max(1, (last - first).Days + 1);
        var isEachDayWanted = splitting == DateSplitting.Always && range.First is not null;
        var parts = isEachDayWanted ? days : (int)Math.Min(2L * days, MaximumParts);

        // A range without an end has a part behind today.
        return parts + 2 + (PartsOfADay * Math.Min(days, MaximumDaysByHours));
    }

    /// <summary>Raises a derived bound.</summary>
    public void Allow(int queries) => _derived += queries;

    /// <summary>Takes one query.</summary>
    /// <returns>False if the bound is reached.</returns>
    public bool TryUse()
    {
        if (_used >= Limit)
            return false;
        _used++;
        return true;
    }
}
