namespace PacsNm.Queries;

/// <summary>What is done about the answer to a part of a search.</summary>
internal enum PartVerdict
{
    /// <summary>It is taken for all that there is.</summary>
    Complete,

    /// <summary>It may lack matches: the halves of the part are asked for.</summary>
    Divide,

    /// <summary>It may lack matches, and the part cannot be divided.</summary>
    Truncated,

    /// <summary>The PACS does not keep to the part that was asked for: to ask for others is of no use.</summary>
    KeyIgnored,
}

/// <summary>
/// Decides whether a range of time is divided further. A PACS that ignores StudyDate gives every part the same answer, and
/// would be asked for each hour of each day. It shows that in two ways: half of an answer or more lies outside the part, or
/// the answer brings nothing new and cannot be placed in the part. An honest PACS with a limit may bring nothing new either,
/// namely what the whole range already brought; but then it lies inside. One small part that lies outside is let pass, since
/// some PACS shift a study's date by their time zone; two in a row, or one that would be divided, are not. Hours are shifted
/// by time zones more often: there an answer that brings something new is always taken.
/// </summary>
internal sealed class DivisionRule
{
    private const int MaximumContradictions = 2;

    private int _contradictions;

    /// <summary>Judges the answer to a part.</summary>
    /// <param name="tally">What it brought.</param>
    /// <param name="reachesLimit">Whether it may lack matches.</param>
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
