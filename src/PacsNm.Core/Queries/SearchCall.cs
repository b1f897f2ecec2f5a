namespace PacsNm.Queries;

/// <summary>What the searches of one call share: their limits, and what they have learned about each PACS.</summary>
internal sealed class SearchCall(SearchOptions options)
{
    private readonly Dictionary<PacsServer, ServerKnowledge> _servers = [];

    /// <summary>The options of all queries.</summary>
    public SearchOptions Options { get; } = options;

    /// <summary>What the call may have missed.</summary>
    public SearchShortfalls Shortfalls { get; } = new();

    /// <summary>The number of studies that were found.</summary>
    public int Found { get; private set; }

    /// <summary>Whether more studies are wanted.</summary>
    public bool IsWanted => Options.MaximumStudies == 0 || Found < Options.MaximumStudies;

    /// <summary>Counts a study.</summary>
    public void Count() => Found++;

    /// <summary>Returns what is known about a PACS.</summary>
    public ServerKnowledge Of(PacsServer server)
    {
        if (!_servers.TryGetValue(server, out var known))
            _servers[server] = known = new ServerKnowledge(new AnswerLimit(server.MaximumMatches), new ModalityKnowledge());
        return known;
    }
}

/// <summary>What a call has learned about a PACS.</summary>
internal sealed record ServerKnowledge(AnswerLimit Limit, ModalityKnowledge Modalities)
{
    /// <summary>Whether the event was raised that the PACS ignores the key Modalities in Study.</summary>
    public bool IsModalityKeyIgnored { get; set; }

    /// <summary>Whether the shortfall was recorded that modalities are unknown.</summary>
    public bool AreModalitiesUnknown { get; set; }
}
