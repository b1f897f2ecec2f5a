using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>One way of asking for what is missing.</summary>
/// <param name="Retriever">What asks.</param>
/// <param name="Option">Its option for compressed objects, or null.</param>
/// <param name="Broadest">The level not to go above.</param>
internal sealed record RetrieveMethod(IRetriever Retriever, string? Option, RetrieveLevel Broadest);

/// <summary>
/// In what ways missing instances are asked for: once more as before, then by the other retrievers; by series, then by
/// instance; with compressed transfer syntaxes. What has brought something is tried first for the next study.
/// </summary>
/// <param name="retrievers">The retrievers, the preferred one first.</param>
/// <param name="retryCount">Rounds of repair at most.</param>
internal sealed class RepairPlan(IReadOnlyList<IRetriever> retrievers, int retryCount)
{
    private readonly object _gate = new();
    private readonly Dictionary<RetrieveMethod, int> _brought = [];

    private IRetriever First => retrievers[0];

    private RetrieveMethod AsEver => new(First, null, RetrieveLevel.Study);

    /// <summary>The ways to begin a study with: what has brought something in this call, the most first.</summary>
    public IReadOnlyList<RetrieveMethod> Beginning
    {
        get
        {
            lock (_gate)
                return _brought.Count == 0 ? [AsEver] : [.. _brought.OrderByDescending(pair => pair.Value).Select(pair => pair.Key)];
        }
    }

    /// <summary>The rounds of repair that follow: ways of asking, one after the other for what is then still missing.</summary>
    public IEnumerable<IReadOnlyList<RetrieveMethod>> Rounds()
    {
        IReadOnlyList<RetrieveMethod>[] rounds =
        [
            [.. retrievers.Select(retriever => AsEver with { Retriever = retriever })],
            [AsEver with { Broadest = RetrieveLevel.Series }, AsEver with { Broadest = RetrieveLevel.Image }],
            [.. retrievers.SelectMany(Compressed)],
        ];
        return Enumerable.Range(0, retryCount).Select(number => rounds[number % rounds.Length]);
    }

    /// <summary>How long to wait before the next round: 1, 2, 4 seconds and so on, up to a minute.</summary>
    /// <param name="rounds">Rounds that have been gone through.</param>
    public static TimeSpan PauseAfter(int rounds) => TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, rounds)));

    /// <summary>Remembers what brought something.</summary>
    public void Remember(RetrieveMethod means, int instances)
    {
        if (instances == 0)
            return;
        lock (_gate)
            _brought[means] = (_brought.TryGetValue(means, out var before) ? before : 0) + instances;
    }

    private static IEnumerable<RetrieveMethod> Compressed(IRetriever retriever) =>
        retriever.CompressedOptions.Select(option => new RetrieveMethod(retriever, option, RetrieveLevel.Study));
}
