namespace PacsNm.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of a value.</param>
/// <param name="IsList">Whether a cell has a list of values.</param>
/// <param name="Value">
/// The cell of a file: a value of the type, a list of such values as an array, or null. A list has no null values.
/// </param>
internal sealed record TableColumn(string Name, ColumnType Type, bool IsList, Func<FileRow, object?> Value)
{
    /// <summary>The attribute; null for a column about the file.</summary>
    public AttributeColumn? Attribute { get; init; }

    /// <summary>Creates a column about the file.</summary>
    public static TableColumn OfFile(string name, ColumnType type, Func<FileRow, object?> value) => new(name, type, false, value);

    /// <summary>Creates a column that is computed from the header.</summary>
    public static TableColumn OfHeader(string name, ColumnType type, Func<PacsFile, object?> value) =>
        new(name, type, false, row => value(row.File) is string { Length: 0 } ? null : value(row.File));

    /// <summary>Creates a column of an attribute.</summary>
    public static TableColumn OfAttribute(Dicom.Data.AttributePath path)
    {
        var attribute = new AttributeColumn(path);
        return new TableColumn(path.Name, attribute.Type, attribute.IsList, row => attribute.ValueIn(row.Header)) { Attribute = attribute };
    }
}
