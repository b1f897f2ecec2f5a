using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>Counts what the answer to one part of a search brought, and where in time it lies.</summary>
internal sealed class PartTally
{
    /// <summary>Matches that are looked at: more than any limit is, and a large answer costs nothing beyond.</summary>
    private const int Sample = 10_000;

    private readonly QuerySlice? _part;

    /// <param name="part">The part; null where the search has no range of dates of its own.</param>
    /// <param name="today">Where a range without an end is divided first.</param>
    public PartTally(QuerySlice? part, DateTime today)
    {
        _part = part;
        Halves = part?.Split(today);
    }

    /// <summary>The halves of the part; null where it cannot be divided.</summary>
    public (QuerySlice Earlier, QuerySlice Later)? Halves { get; }

    /// <summary>Whether the part is hours of a day.</summary>
    public bool IsOfHours => _part?.Hours is not null;

    /// <summary>Matches that were counted.</summary>
    public int Count { get; private set; }

    /// <summary>Those that no earlier part brought.</summary>
    public int New { get; private set; }

    /// <summary>Those whose date and time lie in the part.</summary>
    public int Inside { get; private set; }

    /// <summary>Those whose date and time lie outside. What has no date is neither.</summary>
    public int Outside { get; private set; }

    /// <summary>Those that lie in the earlier half.</summary>
    public int InEarlierHalf { get; private set; }

    /// <summary>Those that lie in the later half.</summary>
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
