namespace PacsNm.Queries;

/// <summary>Decides which studies have the requested modalities. A study whose modalities are unknown passes.</summary>
/// <param name="wanted">A study must have at least one of these modalities; empty for any.</param>
/// <param name="excluded">A study must have none of these modalities.</param>
internal sealed class ModalityFilter(IReadOnlyList<string> wanted, IReadOnlyList<string> excluded)
{
    /// <summary>Whether there is anything to filter.</summary>
    public bool IsNeeded => wanted.Count + excluded.Count > 0;

    /// <summary>Whether a study passes.</summary>
    public bool Takes(IReadOnlyList<string> present) => IsAsked(present) && !HasAny(present, excluded);

    /// <summary>Whether a study shows that the PACS ignores the key. A query can have only one modality as a key.</summary>
    public bool ShowsIgnoredKey(IReadOnlyList<string> present) => wanted.Count == 1 && !IsAsked(present);

    private bool IsAsked(IReadOnlyList<string> present) => wanted.Count == 0 || present.Count == 0 || HasAny(present, wanted);

    private static bool HasAny(IReadOnlyList<string> present, IReadOnlyList<string> modalities) =>
        present.Intersect(modalities, StringComparer.OrdinalIgnoreCase).Any();
}
