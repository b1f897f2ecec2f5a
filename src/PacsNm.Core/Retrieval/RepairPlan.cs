using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>A method of asking for missing instances.</summary>
/// <param name="Retriever">The retriever that asks.</param>
/// <param name="Option">One of its <see cref="IRetriever.CompressedOptions"/>; null for none.</param>
/// <param name="Broadest">The broadest level of the requests.</param>
internal sealed record RetrieveMethod(IRetriever Retriever, string? Option, RetrieveLevel Broadest);

/// <summary>
/// The methods to ask for missing instances with: the other retrievers, and the first one again; by series, then by instance; with each
/// compressed transfer syntax alone. A method that succeeded comes first for the next study.
/// </summary>
/// <param name="retrievers">The retrievers, the preferred one first.</param>
/// <param name="retryCount">The most rounds of repair.</param>
internal sealed class RepairPlan(IReadOnlyList<IRetriever> retrievers, int retryCount)
{
    /// <summary>The requests that each study may take in addition to <see cref="RequestsPerInstance"/>.</summary>
    private const int FixedRequests = 20;

    /// <summary>The requests that a study may take per missing instance: one in a list and one alone.</summary>
    private const int RequestsPerInstance = 2;

    /// <summary>The study is given up after this many requests in a row without a new instance. Each method fits in once.</summary>
    public const int MaximumFruitless = 12;

    /// <summary>
    /// The same limit for requests by instance, so that a class of objects that the PACS cannot send is not tried to its last object.
    /// </summary>
    public const int MaximumFruitlessInstances = 6;

    /// <summary>The same where the PACS has refused everything so far.</summary>
    public const int MaximumFruitlessProbes = 2;

    private readonly object _gate = new();
    private readonly HashSet<IRetriever> _givenUp = [];
    private readonly Dictionary<RetrieveMethod, int> _brought = [];

    /// <summary>The retrievers that are still used.</summary>
    private IRetriever[] Used
    {
        get
        {
            lock (_gate)
                return [.. retrievers.Where(retriever => !_givenUp.Contains(retriever))];
        }
    }

    /// <summary>The methods to begin a study with: those that succeeded before in this call, the most successful first.</summary>
    public IReadOnlyList<RetrieveMethod> Beginning
    {
        get
        {
            var used = Used;
            lock (_gate)
            {
                RetrieveMethod[] successful =
                [
                    .. _brought.Where(pair => used.Contains(pair.Key.Retriever))
                        .OrderByDescending(pair => pair.Value)
                        .Select(pair => pair.Key),
                ];
                return successful.Length > 0 ? successful : [Usual(used[0])];
            }
        }
    }

    /// <summary>The most requests that a study may take.</summary>
    /// <param name="missing">The number of instances that are missing before the first request.</param>
    public static int MaximumRequests(int missing) => FixedRequests + (RequestsPerInstance * missing);

    /// <summary>The rounds of repair. Each is a list of methods to try in order for what is still missing.</summary>
    public IEnumerable<IReadOnlyList<RetrieveMethod>> Rounds() => Enumerable.Range(0, retryCount).Select(Round);

    private IReadOnlyList<RetrieveMethod> Round(int number)
    {
        // The retriever that receives most classes and transfer syntaxes asks by instance.
        var used = Used;
        var broadest = used.FirstOrDefault(retriever => retriever.Kind == Retriever.BuiltIn) ?? used[0];
        IReadOnlyList<RetrieveMethod>[] rounds =
        [
            [.. used.Skip(1).Append(used[0]).Select(Usual)],
            [
                Usual(broadest) with { Broadest = RetrieveLevel.Series },
                Usual(broadest) with { Broadest = RetrieveLevel.Image },
            ],
            [.. broadest.CompressedOptions.Select(option => new RetrieveMethod(broadest, option, RetrieveLevel.Study))],
        ];
        return rounds[number % rounds.Length];
    }

    /// <summary>Returns how long to wait before the next round: 1, 2, 4 seconds and so on, up to a minute.</summary>
    /// <param name="rounds">The number of rounds so far.</param>
    public static TimeSpan PauseAfter(int rounds) => TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, rounds)));

    /// <summary>Whether a retriever is still used.</summary>
    public bool Uses(IRetriever retriever) => Used.Contains(retriever);

    /// <summary>Stops using a retriever in this call, because its program cannot be run.</summary>
    /// <returns>Whether another retriever is left. The last one is not given up.</returns>
    public bool TryGiveUp(IRetriever retriever)
    {
        lock (_gate)
        {
            if (retrievers.All(other => other == retriever || _givenUp.Contains(other)))
                return false;
            _givenUp.Add(retriever);
            return true;
        }
    }

    /// <summary>Remembers that a method brought instances.</summary>
    public void Remember(RetrieveMethod method, int instances)
    {
        if (instances == 0)
            return;
        lock (_gate)
            _brought[method] = (_brought.TryGetValue(method, out var before) ? before : 0) + instances;
    }

    private static RetrieveMethod Usual(IRetriever retriever) => new(retriever, null, RetrieveLevel.Study);
}
