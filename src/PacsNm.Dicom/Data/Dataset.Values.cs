using System.Buffers.Binary;
using System.Globalization;

namespace PacsNm.Dicom.Data;

/// <content>Values as .NET types.</content>
public sealed partial class Dataset
{
    /// <summary>The first value as text; null if there is none. Numbers are converted to text.</summary>
    public string? GetString(Tag tag) => GetStrings(tag) is [var first, ..] && first.Length > 0 ? first : null;

    /// <summary>
    /// All values as text, without padding (PS3.5 6.2) and without control characters that the VR does not allow (PS3.5 6.1.3); empty if
    /// there are none. <see cref="GetRawText"/> returns them unchanged.
    /// </summary>
    public string[] GetStrings(Tag tag)
    {
        if (!TryGetElement(tag, out var element) || element.Value.IsEmpty || element.Items is not null)
            return [];
        if (!element.VR.IsText())
            return element.VR == VR.UN ? Split(element) : Numbers(element);
        return Split(element);
    }

    /// <summary>
    /// The whole value as decoded text, including control characters but without trailing padding; null if the element is absent.
    /// </summary>
    public string? GetRawText(Tag tag)
    {
        if (!TryGetElement(tag, out var element) || element.Items is not null)
            return null;
        return element.VR.IsText() || element.VR == VR.UN
            ? Decode(element).TrimEnd('\0', ' ')
            : string.Join("\\", Numbers(element));
    }

    /// <summary>The first value as an integer; null if it is absent or not an integer.</summary>
    public int? GetInt32(Tag tag) =>
        int.TryParse(GetString(tag), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>The first value as a number; null if it is absent or not a number.</summary>
    public double? GetDouble(Tag tag) =>
        double.TryParse(GetString(tag), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The first value as a date (DA); null if it is absent or not a date.</summary>
    public DateTime? GetDate(Tag tag) => DicomDate.Parse(GetString(tag));

    /// <summary>The first value as a time of day (TM); null if it is absent or not a time.</summary>
    public TimeSpan? GetTime(Tag tag) => DicomTime.Parse(GetString(tag));

    /// <summary>A date combined with its time of day; midnight if the time is absent or invalid.</summary>
    public DateTime? GetDateTime(Tag date, Tag time) => GetDate(date) + (GetTime(time) ?? TimeSpan.Zero);

    /// <summary>The first value as a person's name (PN); null if it is absent.</summary>
    public PersonName? GetPersonName(Tag tag) => GetString(tag) is { } text ? PersonName.Parse(text) : null;

    /// <summary>The items of a sequence; empty if there are none.</summary>
    public IReadOnlyList<Dataset> GetItems(Tag tag) =>
        TryGetElement(tag, out var element) && element.Items is { } items ? items : [];

    /// <summary>An age (AS) in whole years; null if it is absent or not an age.</summary>
    public int? GetAge(Tag tag) =>
        GetString(tag) is { Length: 4 } text
        && int.TryParse(text.Substring(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text[3] switch { 'Y' => count, 'M' => count / 12, 'W' => count * 7 / 365, 'D' => count / 365, _ => null }
            : null;

    /// <summary>
    /// The value as .NET objects: one text or several, numbers, a DateTime, a TimeSpan or items. Null if it is absent or does not conform
    /// to its value representation; <see cref="GetRawText"/> still returns it then.
    /// </summary>
    public object? GetValue(Tag tag)
    {
        if (!TryGetElement(tag, out var element))
            return null;
        if (element.Items is not null)
            return element.Items;
        var texts = GetStrings(tag);
        if (texts.Length != 1)
            return texts.Length == 0 ? null : texts;
        var text = texts[0];
        return element.VR switch
        {
            VR.IS or VR.US or VR.SS or VR.SL => GetInt32(tag),
            VR.UL or VR.DS or VR.FL or VR.FD => GetDouble(tag),
            VR.DA => DicomDate.Parse(text),
            VR.TM => DicomTime.Parse(text),
            _ => text,
        };
    }

    private string[] Split(Element element)
    {
        var text = Decode(element);
        var vr = element.VR;
        if (vr.IsMultiValued() && text.IndexOf('\\') >= 0)
            return [.. text.Split('\\').Select(value => Trim(value, vr))];
        text = Trim(text, vr);
        return text.Length == 0 ? [] : [text];
    }

    private string Decode(Element element) =>
        element.VR.UsesSpecificCharacterSet() || element.VR == VR.UN
            ? CharacterSet.Decode(element.Value.Span, element.VR)
            : Ascii(element.Value.Span);

    /// <summary>Removes padding and control characters. Peers also pad with NUL, which is not a control character then.</summary>
    private static string Trim(string value, VR vr) => TrimPadding(ControlCharacters.Clean(TrimPadding(value, vr), vr), vr);

    private static string TrimPadding(string value, VR vr) =>
        vr.TrimsLeadingSpaces() ? value.Trim(' ', '\0') : value.TrimEnd(' ', '\0');

    private string[] Numbers(Element element)
    {
        var length = element.VR.NumberLength();
        var span = element.Value.Span;
        if (length == 1 || element.VR is VR.OW or VR.OF or VR.OL or VR.OD or VR.OV)
            return [];
        if (element.VR == VR.AT)
            length = 4;
        var texts = new string[span.Length / length];
        for (var index = 0; index < texts.Length; index++)
            texts[index] = Number(span.Slice(index * length, length), element.VR);
        return texts;
    }

    private string Number(ReadOnlySpan<byte> bytes, VR vr) => vr switch
    {
        VR.US => Invariant(UInt16(bytes)),
        VR.SS => Invariant((short)UInt16(bytes)),
        VR.UL => Invariant(UInt32(bytes)),
        VR.SL => Invariant((int)UInt32(bytes)),
        VR.UV => Invariant(UInt64(bytes)),
        VR.SV => Invariant((long)UInt64(bytes)),
        VR.FL => BitConverter.ToSingle(BitConverter.GetBytes(UInt32(bytes)), 0).ToString("R", CultureInfo.InvariantCulture),
        VR.FD => BitConverter.Int64BitsToDouble((long)UInt64(bytes)).ToString("R", CultureInfo.InvariantCulture),
        _ => new Tag(UInt16(bytes), UInt16(bytes.Slice(2))).ToString(),
    };

    private static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private ushort UInt16(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private ulong UInt64(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
