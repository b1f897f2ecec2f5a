using System.Globalization;

namespace PacsNm.Dicom.Data;

/// <summary>A data element tag (PS3.5 7.1).</summary>
/// <param name="Group">The group number.</param>
/// <param name="Element">The element number.</param>
public readonly record struct Tag(ushort Group, ushort Element) : IComparable<Tag>
{
    /// <summary>Creates a tag from one number that contains group and element, such as 0x00100020.</summary>
    public Tag(uint value)
        : this((ushort)(value >> 16), (ushort)value)
    {
    }

    /// <summary>Group and element as one number. Datasets are sorted by it.</summary>
    public uint Value => ((uint)Group << 16) | Element;

    /// <summary>Whether the group is odd (PS3.5 7.8).</summary>
    public bool IsPrivate => (Group & 1) != 0;

    /// <summary>Whether the element is a group length (PS3.5 7.2).</summary>
    public bool IsGroupLength => Element == 0;

    /// <summary>Whether the element identifies the owner of a block of private elements (PS3.5 7.8.1).</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x0010 and <= 0x00FF;

    /// <summary>Parses a keyword of PS3.6, or a tag: 00100020, 0010,0020 or (0010,0020).</summary>
    public static bool TryParse(string? text, out Tag tag)
    {
        tag = default;
        if (text is null)
            return false;
        text = text.Trim();
        if (DataDictionary.TryGetEntry(text, out var entry))
        {
            tag = entry.Tag;
            return true;
        }

        var digits = text.Trim('(', ')').Replace(",", "");
        if (digits.Length != 8
            || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        tag = new Tag(value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Tag other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public bool Equals(Tag other) => Value == other.Value;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Value;

    /// <summary>Returns the form of the standard: (0010,0020).</summary>
    public override string ToString() => $"({Group:X4},{Element:X4})";

    /// <summary>Whether one tag comes before another in a dataset.</summary>
    public static bool operator <(Tag left, Tag right) => left.Value < right.Value;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(Tag left, Tag right) => left.Value > right.Value;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(Tag left, Tag right) => left.Value <= right.Value;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(Tag left, Tag right) => left.Value >= right.Value;
}
