namespace PacsNm.Dicom.Data;

/// <summary>
/// The place of an attribute in a dataset: a keyword or tag, after the sequences that contain it, separated by dots.
/// <c>RadiopharmaceuticalInformationSequence.RadionuclideTotalDose</c> is the attribute in the first item; <c>[1]</c> after a sequence
/// selects the second item, and <c>[*]</c> selects all items, as in the paths of DCMTK.
/// </summary>
public sealed class AttributePath
{
    private readonly Step[] _sequences;

    private AttributePath(Step[] sequences, Tag tag)
    {
        _sequences = sequences;
        Tag = tag;
        var steps = sequences.Select(step => NameOf(step.Sequence) + step.Selection);
        Name = string.Join(".", [.. steps, NameOf(tag)]);
    }

    /// <summary>Creates the path of an attribute of the outermost level.</summary>
    public AttributePath(Tag tag)
        : this([], tag)
    {
    }

    /// <summary>The attribute.</summary>
    public Tag Tag { get; }

    /// <summary>The path with keywords, or with tags where there is no keyword.</summary>
    public string Name { get; }

    /// <summary>The element of the outermost level that contains the attribute, or is it.</summary>
    public Tag Root => _sequences.Length > 0 ? _sequences[0].Sequence : Tag;

    /// <summary>The sequences on the way and the attribute.</summary>
    public IEnumerable<Tag> Tags => [.. _sequences.Select(step => step.Sequence), Tag];

    /// <summary>Whether the path selects all items of a sequence, so that it can have several values.</summary>
    public bool HasAllItems => _sequences.Any(step => step.IsAll);

    /// <summary>The keyword of a tag; the tag if PS3.6 does not define it.</summary>
    public static string NameOf(Tag tag) =>
        DataDictionary.TryGetEntry(tag, out var entry) && entry.Tag == tag ? entry.Keyword : tag.ToString();

    /// <summary>Parses a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">The parsed path.</param>
    /// <param name="wrong">The part that is neither a keyword nor a tag, or is not a sequence; empty if the path was parsed.</param>
    public static bool TryParse(string text, out AttributePath path, out string wrong)
    {
        path = null!;
        wrong = "";
        var parts = text.Split('.');
        var sequences = new Step[parts.Length - 1];
        for (var index = 0; index < sequences.Length; index++)
        {
            if (!TryParseStep(parts[index].Trim(), out sequences[index]))
            {
                wrong = parts[index];
                return false;
            }
        }

        if (!Tag.TryParse(parts[sequences.Length], out var tag))
        {
            wrong = parts[sequences.Length];
            return false;
        }

        path = new AttributePath(sequences, tag);
        return true;
    }

    /// <summary>Returns the path of an attribute in all items of the sequence that this path describes.</summary>
    public AttributePath InAllItems(Tag tag) => new([.. _sequences, new Step(Tag, 0, IsIndexed: false, IsAll: true)], tag);

    /// <summary>Returns the dataset and the items of sequences that have the attribute, in their order.</summary>
    public IEnumerable<Dataset> Find(Dataset dataset) =>
        _sequences.Aggregate<Step, IEnumerable<Dataset>>([dataset], (items, step) => items.SelectMany(step.ItemsOf))
            .Where(item => item.Contains(Tag));

    /// <summary>
    /// Whether a sequence of which the path selects the first item without saying so has more items in a dataset.
    /// </summary>
    public bool OmitsItems(Dataset dataset)
    {
        IEnumerable<Dataset> items = [dataset];
        foreach (var step in _sequences)
        {
            Dataset[] parents = [.. items];
            if (step is { IsAll: false, IsIndexed: false } && parents.Any(item => item.GetItems(step.Sequence).Count > 1))
                return true;
            items = parents.SelectMany(step.ItemsOf);
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static bool TryParseStep(string text, out Step step)
    {
        step = default;
        var bracket = text.IndexOf('[');
        var name = bracket < 0 ? text : text.Substring(0, bracket);
        if (!Tag.TryParse(name, out var tag) || (!tag.IsPrivate && DataDictionary.GetVR(tag) is not (VR.SQ or VR.UN)))
            return false;
        if (bracket < 0)
        {
            step = new Step(tag, 0, IsIndexed: false, IsAll: false);
            return true;
        }

        if (!text.EndsWith("]", StringComparison.Ordinal))
            return false;
        var selection = text.Substring(bracket + 1, text.Length - bracket - 2);
        var isIndex = ushort.TryParse(selection, out var index);
        step = new Step(tag, index, isIndex, IsAll: selection == "*");
        return isIndex || step.IsAll;
    }

    /// <summary>A sequence and the items that are selected.</summary>
    private readonly record struct Step(Tag Sequence, int Index, bool IsIndexed, bool IsAll)
    {
        public string Selection => IsAll ? "[*]" : IsIndexed ? $"[{Index}]" : "";

        public IEnumerable<Dataset> ItemsOf(Dataset dataset)
        {
            var items = dataset.GetItems(Sequence);
            return IsAll ? items : items.Skip(Index).Take(1);
        }
    }
}
