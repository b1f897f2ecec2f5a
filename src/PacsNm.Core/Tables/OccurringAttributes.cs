using PacsNm.Dicom.Data;

namespace PacsNm.Tables;

/// <summary>
/// The attributes that occur in datasets, including those in sequences. Private attributes are left out: one tag means different things in
/// the files of different manufacturers.
/// </summary>
internal sealed class OccurringAttributes
{
    private readonly SortedDictionary<Tag, OccurringAttributes?> _tags = [];

    /// <summary>The number of attributes, including those in sequences.</summary>
    public int Count => _tags.Values.Sum(items => items?.Count ?? 1);

    /// <summary>Adds the attributes of a dataset.</summary>
    public void Add(Dataset dataset)
    {
        foreach (var element in dataset)
        {
            if (element.Tag.IsPrivate || element.Tag.IsGroupLength)
                continue;
            if (element.Items is { } items)
                AddItems(element.Tag, items);
            else if (AttributeColumn.IsTabular(element.Tag) && !_tags.ContainsKey(element.Tag))
                _tags[element.Tag] = null;
        }
    }

    /// <summary>Returns the paths of the attributes, in all items of their sequences.</summary>
    public IEnumerable<AttributePath> Paths() => Paths(null);

    private IEnumerable<AttributePath> Paths(AttributePath? sequence) => _tags.SelectMany(pair =>
    {
        var path = sequence?.InAllItems(pair.Key) ?? new AttributePath(pair.Key);
        return pair.Value?.Paths(path) ?? [path];
    });

    private void AddItems(Tag tag, IReadOnlyList<Dataset> items)
    {
        if (!_tags.TryGetValue(tag, out var inner) || inner is null)
            _tags[tag] = inner = new OccurringAttributes();
        foreach (var item in items)
            inner.Add(item);
    }
}
