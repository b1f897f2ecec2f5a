namespace PacsNm.Queries;

/// <summary>Why a search may have missed studies.</summary>
internal enum Shortfall
{
    /// <summary>The PACS ignores StudyDate or StudyTime, so that its answers cannot be divided.</summary>
    KeyIgnored,

    /// <summary>The PACS reported that it did not send all matches, for a part that is not divided.</summary>
    Truncated,

    /// <summary>The number of matches is a typical limit, for a part that is not divided.</summary>
    MayBeTruncated,

    /// <summary>A day was divided into hours. Studies without a StudyTime are not found in them.</summary>
    ByHours,

    /// <summary>The limit on queries was reached.</summary>
    QueryLimit,

    /// <summary>The PACS refuses the look-up of modalities that it does not return.</summary>
    ModalitiesUnknown,
}

/// <summary>Collects what a call may have missed, for one warning at its end.</summary>
internal sealed class SearchShortfalls
{
    private readonly Dictionary<(PacsServer Server, Shortfall Kind), (QuerySlice? Part, int Number, int Times)> _all = [];

    /// <summary>Adds a shortfall.</summary>
    /// <param name="server">The PACS.</param>
    /// <param name="kind">The kind of shortfall.</param>
    /// <param name="part">The part of the search; null if there is none.</param>
    /// <param name="number">
    /// The number of matches in the answer; for <see cref="Shortfall.QueryLimit"/> the number of queries that were sent.
    /// </param>
    public void Add(PacsServer server, Shortfall kind, QuerySlice? part, int number)
    {
        var (first, count, times) = _all.TryGetValue((server, kind), out var known) ? known : (part, number, 0);
        _all[(server, kind)] = (first, count, times + 1);
    }

    /// <summary>How often a part of a search may have missed studies. Unknown modalities leave studies in.</summary>
    public int Missed => _all.Where(one => one.Key.Kind != Shortfall.ModalitiesUnknown).Sum(one => one.Value.Times);

    /// <summary>Returns the warning; null if nothing was missed.</summary>
    public string? Text => _all.Count == 0
        ? null
        : string.Join(" ", _all.Select(one => Describe(one.Key.Server, one.Key.Kind, one.Value.Part, one.Value.Number, one.Value.Times)));

    private static string Describe(PacsServer server, Shortfall kind, QuerySlice? part, int number, int times)
    {
        var where = part is null or { Dates: { First: null, Last: null }, Hours: null } ? "" : $" for {part}";
        var more = times == 1 ? "" : $" and {times - 1} more";
        return kind switch
        {
            Shortfall.KeyIgnored =>
                $"{server} does not honor {(part?.Hours is null ? "StudyDate" : "StudyTime")}: its answer{where}{more} has other studies."
                + " It is not asked for further parts, and studies may be missing.",
            Shortfall.Truncated =>
                $"{server} cut its answer short after {number} studies{where}{more}: further ones may be missing. Narrow the query.",
            Shortfall.MayBeTruncated =>
                $"{server} may have cut its answer short after {number} studies{where}{more}: further ones may be missing."
                + " Narrow the query.",
            Shortfall.ByHours =>
                $"{server} sends no more than {number} studies{where}{more}. They are asked for by hours; studies without a StudyTime"
                + " may be missing.",
            Shortfall.QueryLimit =>
                $"The search on {server} stopped after {number} queries{(times == 1 ? "" : $", for {times} inputs")}: studies may be"
                + $" missing{where} and for what was not asked then. Narrow the query, or allow more queries with -MaxQueries.",
            _ =>
                $"{server} neither returns ModalitiesInStudy nor answers queries at SERIES level: the modalities of studies stay"
                + " unknown, and -Modality and -ExcludeModality leave such studies in.",
        };
    }
}
