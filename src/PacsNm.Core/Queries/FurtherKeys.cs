using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The keys and attributes that the caller adds to each query.</summary>
/// <param name="Filter">The keys to match.</param>
/// <param name="Properties">The attributes to return.</param>
internal sealed record FurtherKeys(IReadOnlyDictionary<Tag, string> Filter, IReadOnlyList<Tag> Properties)
{
    /// <summary>Starts the identifier of a query with these keys.</summary>
    public Identifier Start(string level, IEnumerable<Tag> returnKeys)
    {
        var identifier = new Identifier(level, returnKeys.Concat(Properties));
        foreach (var key in Filter)
            identifier.Match(key.Key, key.Value);
        return identifier;
    }
}
