using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Tables;

/// <summary>The values of an attribute, typed by its value representation and multiplicity in PS3.6.</summary>
/// <param name="path">The path of the attribute.</param>
internal sealed class AttributeColumn(AttributePath path)
{
    private readonly Func<string, object?>? _parse = ParserOf(TypeOf(path.Tag));

    /// <summary>The path of the attribute.</summary>
    public AttributePath Path { get; } = path;

    /// <summary>The type of a value.</summary>
    public ColumnType Type { get; } = TypeOf(path.Tag);

    /// <summary>Whether the attribute can have several values.</summary>
    public bool IsList { get; } = path.HasAllItems || (DataDictionary.TryGetEntry(path.Tag, out var entry) && entry.VM != "1"
        && entry.VR.IsMultiValued() | !entry.VR.IsText());

    /// <summary>The number of files with a value that is not of the type, or with several values in a column for one.</summary>
    public int Unfit { get; private set; }

    /// <summary>The number of files whose further items of a sequence are left out.</summary>
    public int Omitting { get; private set; }

    /// <summary>Whether an attribute has values that a table can hold: it is no sequence and not binary.</summary>
    public static bool IsTabular(Tag tag) => DataDictionary.GetVR(tag)
        is not (VR.SQ or VR.OB or VR.OW or VR.OF or VR.OD or VR.OL or VR.OV) && !tag.IsGroupLength;

    /// <summary>Returns the value of a cell.</summary>
    public object? ValueIn(Dataset header)
    {
        if (Path.OmitsItems(header))
            Omitting++;
        string[] texts = [.. Path.Find(header).SelectMany(item => TextsOf(item)).Where(text => text.Length > 0)];
        if (texts.Length == 0)
            return null;
        if (IsList)
            return ListOf(texts);
        if (Type == ColumnType.Text)
            return string.Join("\\", texts);
        if (_parse!(texts[0]) is not { } value)
        {
            Unfit++;
            return null;
        }

        if (texts.Length > 1)
            Unfit++;
        return value;
    }

    private static ColumnType TypeOf(Tag tag) => DataDictionary.GetVR(tag) switch
    {
        VR.IS or VR.SS or VR.US or VR.SL or VR.UL or VR.SV or VR.UV => ColumnType.Integer,
        VR.DS or VR.FL or VR.FD => ColumnType.Number,
        VR.DA => ColumnType.Date,
        VR.TM => ColumnType.Time,
        VR.DT => ColumnType.DateTime,
        _ => ColumnType.Text,
    };

    private static Func<string, object?>? ParserOf(ColumnType type) => type switch
    {
        ColumnType.Integer => text => long.TryParse(
            text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer : null,
        ColumnType.Number => text => double.TryParse(
            text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        ColumnType.Date => text => DicomDate.Parse(text),
        ColumnType.Time => text => DicomTime.Parse(text),
        ColumnType.DateTime => text => DicomDateTime.Parse(text),
        _ => null,
    };

    private string[] TextsOf(Dataset item) => item.GetStrings(Path.Tag);

    private object? ListOf(string[] texts)
    {
        if (_parse is null)
            return texts;
        object[] values = [.. texts.Select(_parse).OfType<object>()];
        if (values.Length < texts.Length)
            Unfit++;
        return values.Length == 0 ? null : values;
    }
}
