using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>Counts the matches of the answer to one part of a search, and where in time they lie.</summary>
internal sealed class PartTally
{
    /// <summary>The most matches to count. It is more than any limit, and keeps large answers cheap.</summary>
    private const int Sample = 10_000;

    private readonly QuerySlice? _part;

    /// <param name="part">The part; null for a search without a date range of its own.</param>
    /// <param name="today">The day at which an open range is divided first.</param>
    public PartTally(QuerySlice? part, DateTime today)
    {
        _part = part;
        Halves = part?.Split(today);
    }

    /// <summary>The halves of the part; null if it cannot be divided.</summary>
    public (QuerySlice Earlier, QuerySlice Later)? Halves { get; }

    /// <summary>Whether the part is a range of hours within a day.</summary>
    public bool IsOfHours => _part?.Hours is not null;

    /// <summary>The number of matches that were counted.</summary>
    public int Count { get; private set; }

    /// <summary>The number of matches that no earlier part brought.</summary>
    public int New { get; private set; }

    /// <summary>The number of matches whose date and time lie inside the part.</summary>
    public int Inside { get; private set; }

    /// <summary>
    /// The number of matches whose date and time lie outside the part. A match without a date is neither inside nor outside.
    /// </summary>
    public int Outside { get; private set; }

    /// <summary>The number of matches in the earlier half.</summary>
    public int InEarlierHalf { get; private set; }

    /// <summary>The number of matches in the later half.</summary>
    public int InLaterHalf { get; private set; }

    /// <summary>Counts a match.</summary>
    public void Add(Dataset match, bool isNew)
    {
        if (isNew)
            New++;
        if (_part is null || Count >= Sample)
            return;
        Count++;
        var (day, time) = (match.GetDate(Tags.StudyDate), match.GetTime(Tags.StudyTime));
        if (_part.Contains(day, time) is not { } isInside)
            return;
        if (!isInside)
        {
            Outside++;
            return;
        }

        Inside++;
        if (Halves is not var (earlier, later))
            return;
        if (earlier.Contains(day, time) == true)
            InEarlierHalf++;
        else if (later.Contains(day, time) == true)
            InLaterHalf++;
    }
}
