namespace PacsNm.Queries;

/// <summary>What the searches of one call share: its limits, and what they have learnt about each PACS.</summary>
internal sealed class SearchCall(SearchOptions options)
{
    private readonly Dictionary<PacsServer, ServerKnowledge> _servers = [];

    /// <summary>What all queries have in common.</summary>
    public SearchOptions Options { get; } = options;

    /// <summary>What the call may have missed.</summary>
    public SearchShortfalls Shortfalls { get; } = new();

    /// <summary>Studies that were found.</summary>
    public int Found { get; private set; }

    /// <summary>Whether more studies are wanted.</summary>
    public bool IsWanted => Options.MaximumStudies == 0 || Found < Options.MaximumStudies;

    /// <summary>Counts a study.</summary>
    public void Count() => Found++;

    /// <summary>What is known of a PACS.</summary>
    public ServerKnowledge Of(PacsServer server)
    {
        if (!_servers.TryGetValue(server, out var known))
            _servers[server] = known = new ServerKnowledge(new AnswerLimit(server.MaximumMatches), new ModalityKnowledge());
        return known;
    }
}

/// <summary>What a call has learnt about a PACS.</summary>
internal sealed record ServerKnowledge(AnswerLimit Limit, ModalityKnowledge Modalities)
{
    /// <summary>Whether it was told that the PACS ignores the key Modalities in Study.</summary>
    public bool IsModalityKeyIgnored { get; set; }

    /// <summary>Whether it was told that modalities stay unknown.</summary>
    public bool AreModalitiesUnknown { get; set; }
}
