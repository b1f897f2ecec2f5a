namespace PacsNm.Queries;

/// <summary>What to do after the answer to a part of a search.</summary>
internal enum PartVerdict
{
    /// <summary>The answer is complete.</summary>
    Complete,

    /// <summary>The answer may lack matches. Ask for the halves of the part.</summary>
    Divide,

    /// <summary>The answer may lack matches, and the part cannot be divided.</summary>
    Truncated,

    /// <summary>The PACS does not limit its answer to the part, so asking for other parts is useless.</summary>
    KeyIgnored,
}

/// <summary>
/// Decides whether to divide a range of time further. A PACS that ignores StudyDate gives every part the same answer, and would be asked
/// for each hour of each day. Two signs show it: at least half of an answer lies outside the part, or the answer brings nothing new and
/// cannot be placed in the part. A PACS with a limit may also bring nothing new, because the whole range brought it before, but its answer
/// lies inside the part. One small part that lies outside is accepted, because some PACS shift a study's date by their time zone. Two in a
/// row, or one that would be divided, are not. Time zones shift hours more often, so for hours an answer that brings something new is
/// always accepted.
/// </summary>
internal sealed class DivisionRule
{
    private const int MaximumContradictions = 2;

    private int _contradictions;

    /// <summary>Decides what to do after an answer.</summary>
    /// <param name="tally">The matches of the answer.</param>
    /// <param name="reachesLimit">Whether the answer may lack matches.</param>
    /// <param name="mayDivide">Whether the caller allows a division.</param>
    public PartVerdict Judge(PartTally tally, bool reachesLimit, bool mayDivide)
    {
        if (Contradicts(tally))
        {
            if (++_contradictions >= MaximumContradictions || reachesLimit)
                return PartVerdict.KeyIgnored;
        }
        else if (tally.Count > 0)
        {
            _contradictions = 0;
        }

        return !reachesLimit ? PartVerdict.Complete
            : mayDivide && tally.Halves is not null ? PartVerdict.Divide
            : PartVerdict.Truncated;
    }

    private static bool Contradicts(PartTally tally)
    {
        if (tally.Count == 0)
            return false;
        var isOutside = !tally.IsOfHours && tally.Outside * 2 >= tally.Count;
        var isRepetition = tally.New == 0 && tally.Inside * 2 <= tally.Count;
        return isOutside || isRepetition;
    }
}
