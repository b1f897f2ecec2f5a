using System.Collections.Concurrent;

namespace PacsNm.Queries;

/// <summary>
/// What the look-ups of a call have shown about one PACS: the modalities of studies, so that a study in several rows is looked up once, and
/// whether the PACS refuses queries at SERIES level. Thread-safe.
/// </summary>
internal sealed class ModalityKnowledge
{
    /// <summary>The most studies to remember.</summary>
    private const int MaximumStudies = 10_000;

    /// <summary>The refusals in a row after which the PACS is not asked again.</summary>
    private const int MaximumRefusals = 2;

    private readonly ConcurrentDictionary<string, string> _modalities = new(StringComparer.Ordinal);
    private int _refusals;

    /// <summary>Whether the PACS is not asked again.</summary>
    public bool IsRefused => Volatile.Read(ref _refusals) >= MaximumRefusals;

    /// <summary>Returns the modalities of a study, separated by backslashes; null if unknown.</summary>
    public string? Find(string study) => _modalities.TryGetValue(study, out var known) ? known : null;

    /// <summary>Records an answer.</summary>
    public void Add(string study, string modalities)
    {
        Interlocked.Exchange(ref _refusals, 0);
        if (_modalities.Count < MaximumStudies)
            _modalities[study] = modalities;
    }

    /// <summary>Records a refusal.</summary>
    public void AddRefusal() => Interlocked.Increment(ref _refusals);
}
