using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>What the caller adds to each query by its attributes.</summary>
/// <param name="Filter">Keys to match.</param>
/// <param name="Properties">Attributes to return.</param>
internal sealed record FurtherKeys(IReadOnlyDictionary<Tag, string> Filter, IReadOnlyList<Tag> Properties)
{
    /// <summary>Starts the identifier of a query with them.</summary>
    public Identifier Start(string level, IEnumerable<Tag> returnKeys)
    {
        var identifier = new Identifier(level, returnKeys.Concat(Properties));
        foreach (var key in Filter)
            identifier.Match(key.Key, key.Value);
        return identifier;
    }
}
