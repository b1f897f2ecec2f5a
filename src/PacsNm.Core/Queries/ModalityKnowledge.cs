using System.Collections.Concurrent;

namespace PacsNm.Queries;

/// <summary>
/// What the look-ups of a call have shown about one PACS: the modalities of studies, so that rows which name the same study
/// do not ask twice, and whether it refuses queries at SERIES level. Safe for several threads.
/// </summary>
internal sealed class ModalityKnowledge
{
    /// <summary>Studies that are remembered at most.</summary>
    private const int MaximumStudies = 10_000;

    /// <summary>Refusals in a row after which it is not asked again.</summary>
    private const int MaximumRefusals = 2;

    private readonly ConcurrentDictionary<string, string> _modalities = new(StringComparer.Ordinal);
    private int _refusals;

    /// <summary>Whether the PACS is not asked again.</summary>
    public bool IsRefused => Volatile.Read(ref _refusals) >= MaximumRefusals;

    /// <summary>The modalities of a study, separated by backslashes; null where they are not known.</summary>
    public string? Find(string study) => _modalities.TryGetValue(study, out var known) ? known : null;

    /// <summary>Takes note of an answer.</summary>
    public void Add(string study, string modalities)
    {
        Interlocked.Exchange(ref _refusals, 0);
        if (_modalities.Count < MaximumStudies)
            _modalities[study] = modalities;
    }

    /// <summary>Takes note of a refusal.</summary>
    public void AddRefusal() => Interlocked.Increment(ref _refusals);
}
