namespace PacsNm.Queries;

/// <summary>Why a search may have found less than there is.</summary>
internal enum Shortfall
{
    /// <summary>The PACS does not keep to StudyDate or StudyTime, so that its answers cannot be asked for in parts.</summary>
    KeyIgnored,

    /// <summary>The PACS said that it did not send all, for a part that is not divided.</summary>
    Truncated,

    /// <summary>The number of matches is one of a limit, for a part that is not divided.</summary>
    MayBeTruncated,

    /// <summary>The hours of a day were asked for: what has no StudyTime is not in them.</summary>
    ByHours,

    /// <summary>The bound on queries was reached.</summary>
    QueryLimit,

    /// <summary>The PACS refuses to be asked for the modalities that it does not return.</summary>
    ModalitiesUnknown,
}

/// <summary>Collects what a call may have missed, for one warning at its end.</summary>
internal sealed class SearchShortfalls
{
    private readonly Dictionary<(PacsServer Server, Shortfall Kind), (QuerySlice? Part, int Number, int Times)> _all = [];

    /// <summary>Takes note.</summary>
    /// <param name="server">The PACS.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="part">The part of the search; null where it has none.</param>
    /// <param name="number">Matches of the answer, or for <see cref="Shortfall.QueryLimit"/> the queries that were sent.</param>
    public void Add(PacsServer server, Shortfall kind, QuerySlice? part, int number)
    {
        var (first, count, times) = _all.TryGetValue((server, kind), out var known) ? known : (part, number, 0);
        _all[(server, kind)] = (first, count, times + 1);
    }

    /// <summary>The warning; null where nothing is to be said.</summary>
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
