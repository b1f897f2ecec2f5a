namespace PacsNm.Queries;

/// <summary>Learns how many matches a PACS sends at most, and decides which answers may be truncated.</summary>
/// <param name="known">The limit that is saved with the server; null if unknown.</param>
internal sealed class AnswerLimit(int? known)
{
    private int? _stated;
    private int _largest;

    /// <summary>
    /// Whether an answer may lack matches. A limit that the PACS has reported by a status is certain. Otherwise a round number may be a
    /// limit, unless an earlier answer was larger.
    /// </summary>
    public bool IsReachedBy(QueryEnd end)
    {
        var largest = _largest;
        _largest = Math.Max(largest, end.Count);
        if (end.IsTruncated)
        {
            _stated = end.Count;
            return true;
        }

        if (end.WasEnough || end.Failure is not null || end.Count == 0)
            return false;
        return end.Count == _stated
            || end.Count == known
            || (_stated is null && known is null && end.MayBeTruncated && end.Count >= largest);
    }
}
