using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>The repair plans of a call. Servers that use the same retrievers share one, and with it what succeeded.</summary>
/// <param name="choice">Chooses the retrievers.</param>
/// <param name="retriever">The retriever that the user asked for; null for that of the server.</param>
/// <param name="localPort">The port for movescu that the user gave; null for that of the server.</param>
/// <param name="retryCount">The most rounds of repair.</param>
internal sealed class RepairPlans(RetrieverChoice choice, Retriever? retriever, int? localPort, int retryCount)
{
    private readonly Dictionary<(Retriever, int?, bool, long), RepairPlan> _plans = [];

    /// <summary>Returns the plan for a server.</summary>
    /// <exception cref="RetrieverChoiceException">The preferred retriever cannot be used with it.</exception>
    public RepairPlan Of(PacsServer server)
    {
        var preferred = retriever ?? server.Retriever;
        var port = localPort ?? server.LocalPort;
        var key = (preferred, port, server.UseTls, server.MaxBytesPerSecond);
        if (_plans.TryGetValue(key, out var plan))
            return plan;
        var retrievers = choice.Choose(
            preferred, port ?? Servers.SiteDefaults.LocalPort, port is not null, server.UseTls, server.MaxBytesPerSecond);
        return _plans[key] = new RepairPlan(retrievers, retryCount);
    }
}
