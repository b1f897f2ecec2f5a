namespace PacsNm.Queries;

/// <summary>Which studies have the modalities that were asked for. What a PACS does not say is not held against a study.</summary>
/// <param name="wanted">Modalities of which a study has at least one; empty for any.</param>
/// <param name="excluded">Modalities of which it has none.</param>
internal sealed class ModalityFilter(IReadOnlyList<string> wanted, IReadOnlyList<string> excluded)
{
    /// <summary>Whether anything is asked of the modalities.</summary>
    public bool IsNeeded => wanted.Count + excluded.Count > 0;

    /// <summary>Whether a study is taken.</summary>
    public bool Takes(IReadOnlyList<string> present) => IsAsked(present) && !HasAny(present, excluded);

    /// <summary>Whether a study shows that the PACS ignores the key: only one modality can be a key.</summary>
    public bool ShowsIgnoredKey(IReadOnlyList<string> present) => wanted.Count == 1 && !IsAsked(present);

    private bool IsAsked(IReadOnlyList<string> present) => wanted.Count == 0 || present.Count == 0 || HasAny(present, wanted);

    private static bool HasAny(IReadOnlyList<string> present, IReadOnlyList<string> modalities) =>
        present.Intersect(modalities, StringComparer.OrdinalIgnoreCase).Any();
}
