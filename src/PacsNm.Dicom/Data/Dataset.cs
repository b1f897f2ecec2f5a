using System.Collections;
using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>
/// A dataset (PS3.5 7) whose elements are in the order of their tags. Values are slices of the received bytes and are decoded on
/// demand. A value that does not conform to its VR is returned as null; <see cref="GetRawText"/> still returns it.
/// </summary>
public sealed partial class Dataset : IReadOnlyCollection<Element>
{
    private Element[] _elements = [];
    private SpecificCharacterSet? _characterSet;

    /// <summary>Creates an empty dataset with little endian numbers.</summary>
    public Dataset()
    {
    }

    /// <summary>Creates an empty dataset to read into.</summary>
    /// <param name="isBigEndian">Whether numbers are big endian.</param>
    /// <param name="parent">The dataset that contains this item. Its character set applies here too (PS3.5 6.1.2.5.3).</param>
    /// <param name="capacity">The number of elements to reserve room for.</param>
    internal Dataset(bool isBigEndian, Dataset? parent, int capacity)
    {
        IsBigEndian = isBigEndian;
        Parent = parent;
        if (capacity > 0)
            _elements = new Element[capacity];
    }

    /// <summary>The number of elements.</summary>
    public int Count { get; private set; }

    /// <summary>Whether numbers are big endian.</summary>
    public bool IsBigEndian { get; }

    /// <summary>
    /// Whether the dataset declares a character set in (0008,0005). An empty first value counts, because further values are code
    /// extensions to the default (PS3.3 C.12.1.1.2). An attribute with only empty values does not count.
    /// </summary>
    public bool DeclaresCharacterSet =>
        TryGetElement(Tags.SpecificCharacterSet, out var element) && Ascii(element.Value.Span).Trim(' ', '\0', '\\').Length > 0;

    private Dataset? Parent { get; }

    /// <summary>The character set of texts: (0008,0005), or that of the enclosing dataset if this one does not declare it.</summary>
    private SpecificCharacterSet CharacterSet =>
        _characterSet ??= TryGetElement(Tags.SpecificCharacterSet, out var element)
            ? SpecificCharacterSet.Parse(Ascii(element.Value.Span))
            : Parent?.CharacterSet ?? SpecificCharacterSet.Default;

    /// <summary>Looks up an element.</summary>
    public bool TryGetElement(Tag tag, out Element element)
    {
        var index = IndexOf(tag);
        element = index >= 0 ? _elements[index] : default;
        return index >= 0;
    }

    /// <summary>Whether the dataset contains an element, even an empty one.</summary>
    public bool Contains(Tag tag) => IndexOf(tag) >= 0;

    /// <summary>Adds an element, or replaces the element with the same tag.</summary>
    public void Set(Element element)
    {
        if (element.Tag == Tags.SpecificCharacterSet)
            _characterSet = null;

        // Peers send elements in order, so the new element nearly always comes last.
        var index = Count == 0 || _elements[Count - 1].Tag < element.Tag ? ~Count : IndexOf(element.Tag);
        if (index >= 0)
        {
            _elements[index] = element;
            return;
        }

        index = ~index;
        if (Count == _elements.Length)
            Array.Resize(ref _elements, Math.Max(16, Count * 2));
        Array.Copy(_elements, index, _elements, index + 1, Count - index);
        _elements[index] = element;
        Count++;
    }

    /// <summary>Sets a value as bytes, in the byte order of the dataset.</summary>
    public void Set(Tag tag, VR vr, ReadOnlyMemory<byte> value) => Set(new Element(tag, vr, value));

    /// <summary>
    /// Sets a text, in the current character set of the dataset. A backslash separates values. A character that is not in the set becomes
    /// a question mark; see <see cref="SpecificCharacterSet.TryEncode"/>.
    /// </summary>
    public void Set(Tag tag, string value)
    {
        var vr = DataDictionary.GetVR(tag);
        Set(new Element(tag, vr, vr.UsesSpecificCharacterSet() ? CharacterSet.Encode(value, vr) : Encoding.ASCII.GetBytes(value)));
    }

    /// <summary>Sets a 16-bit number.</summary>
    public void Set(Tag tag, ushort value) => Set(new Element(
        tag,
        DataDictionary.GetVR(tag),
        IsBigEndian ? new[] { (byte)(value >> 8), (byte)value } : new[] { (byte)value, (byte)(value >> 8) }));

    /// <summary>Sets a sequence.</summary>
    public void SetItems(Tag tag, params Dataset[] items) => Set(new Element(tag, VR.SQ, default, items));

    /// <inheritdoc/>
    public IEnumerator<Element> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return _elements[index];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Enumerates the elements in order without an allocation.</summary>
    internal ReadOnlySpan<Element> AsSpan() => _elements.AsSpan(0, Count);

    private static string Ascii(ReadOnlySpan<byte> bytes) => SpecificCharacterSet.Default.Decode(bytes);

    /// <summary>The index of an element, or the bitwise complement of the index where it would be inserted.</summary>
    private int IndexOf(Tag tag)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = _elements[middle].Tag.Value.CompareTo(tag.Value);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
