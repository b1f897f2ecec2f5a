namespace PacsNm.Queries;

/// <summary>Learns from the answers of a PACS how many matches it sends at most, and tells which answers reached that.</summary>
/// <param name="known">The limit, where it is saved with the server.</param>
internal sealed class AnswerLimit(int? known)
{
    private int? _stated;
    private int _largest;

    /// <summary>
    /// Whether an answer may lack matches. A PACS that stated its limit by a status once is believed. Else a round number
    /// is taken for a limit, but not one below an earlier answer: the PACS has shown that it can send more.
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
