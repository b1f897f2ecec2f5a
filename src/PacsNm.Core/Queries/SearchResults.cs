using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The results of one query: the studies that pass the filter, and the identifiers that were not found.</summary>
/// <param name="query">The query.</param>
/// <param name="server">The PACS.</param>
/// <param name="call">What the searches of the call share.</param>
internal sealed class SearchResults(StudyQuery query, PacsServer server, SearchCall call)
{
    private readonly ModalityFilter _modalities = new(query.Keys.Modalities, call.Options.ExcludedModalities);
    private readonly ServerKnowledge _known = call.Of(server);
    private readonly HashSet<string> _foundUids = new(StringComparer.Ordinal);
    private readonly int _foundBefore = call.Found;

    private bool IsLimited => call.Options.MaximumStudies > 0 || query.Keys.Uids.Length > 0;

    /// <summary>Adds a match whose modalities were looked up if necessary.</summary>
    public void Add(Dataset match, Queue<SearchEvent> events)
    {
        var study = new PacsStudy(match, server) { IsLimited = IsLimited };
        if (_known.Modalities.IsRefused && !_known.AreModalitiesUnknown)
        {
            _known.AreModalitiesUnknown = true;
            call.Shortfalls.Add(server, Shortfall.ModalitiesUnknown, null, 0);
        }

        if (_modalities.IsNeeded && !Passes(study, events))
            return;
        events.Enqueue(new StudyFound(study));
        if (query.Keys.Uids.Length > 0)
            _foundUids.Add(study.StudyInstanceUid);
        call.Count();
    }

    /// <summary>Returns the identifiers, or the row, that were not found.</summary>
    /// <param name="period">The days that were searched.</param>
    public IEnumerable<MissingStudy> Missing(SearchPeriod period)
    {
        if (!call.IsWanted)
            yield break;
        var isNarrow = _modalities.IsNeeded || call.Options.Further.Filter.Count > 0 || period.IsNarrow;
        var other = isNarrow ? " that also matches the other keys" : "";
        foreach (var (value, text) in query.Names.Where(name => !IsFound(name.Value)))
            yield return new MissingStudy(value, text + other, period.IsDefault);
        if (query.Keys.IsRow && call.Found == _foundBefore && query.Names.Count == 0)
            yield return new MissingStudy(null, "that matches the row", period.IsDefault);
    }

    private bool Passes(PacsStudy study, Queue<SearchEvent> events)
    {
        var present = study.ModalitiesInStudy;
        if (_modalities.ShowsIgnoredKey(present) && !_known.IsModalityKeyIgnored)
        {
            _known.IsModalityKeyIgnored = true;
            events.Enqueue(new ModalityKeyIgnored());
        }

        return _modalities.Takes(present);
    }

    private bool IsFound(string value) =>
        query.Keys.Uids.Length > 0 ? _foundUids.Contains(value) : call.Found > _foundBefore;
}
