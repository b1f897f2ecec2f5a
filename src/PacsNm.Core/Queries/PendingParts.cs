namespace PacsNm.Queries;

/// <summary>
/// The parts of a search that were not asked for yet. The halves of a divided part come before the parts that were planned first.
/// </summary>
/// <param name="planned">The parts that were planned first; null stands for a search without a date range of its own.</param>
internal sealed class PendingParts(IEnumerable<QuerySlice?> planned)
{
    private readonly IEnumerator<QuerySlice?> _planned = planned.GetEnumerator();
    private readonly Stack<QuerySlice> _divided = new();

    /// <summary>Plans the parts of a search.</summary>
    public static PendingParts Of(DateRange? range, DateSplitting splitting, DateTime today)
    {
        if (range is null)
            return new PendingParts([null]);
        var whole = new QuerySlice(range);
        return new PendingParts(splitting == DateSplitting.Always ? whole.Days(today) : [whole]);
    }

    /// <summary>Takes the next part.</summary>
    /// <returns>False if no part is left.</returns>
    public bool TryTake(out QuerySlice? part)
    {
        if (_divided.Count > 0)
        {
            part = _divided.Pop();
            return true;
        }

        var isPlanned = _planned.MoveNext();
        part = isPlanned ? _planned.Current : null;
        return isPlanned;
    }

    /// <summary>
    /// Adds the halves of a part whose answer may lack matches. The half with fewer known matches comes first: it brings something new, or
    /// shows at once that the PACS ignores the key.
    /// </summary>
    public void AddHalves(PartTally tally)
    {
        if (tally.Halves is not var (earlier, later))
            return;
        var isLaterFirst = tally.InLaterHalf < tally.InEarlierHalf;
        _divided.Push(isLaterFirst ? earlier : later);
        _divided.Push(isLaterFirst ? later : earlier);
    }
}
