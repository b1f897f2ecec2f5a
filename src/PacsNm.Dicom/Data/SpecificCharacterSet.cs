using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>Specific Character Set (0008,0005), decoded (PS3.3 C.12.1.1.2, PS3.5 6.1).</summary>
public sealed class SpecificCharacterSet
{
    /// <summary>The default repertoire. What lies beyond ASCII in it is taken for Latin-1, as most who do not say mean.</summary>
    public static readonly SpecificCharacterSet Default = new(CodeElement.Of("ISO IR 6")!, hasExtensions: false);

    private const byte Escape = 0x1B;

    private readonly CodeElement _initial;
    private readonly bool _hasExtensions;

    private SpecificCharacterSet(CodeElement initial, bool hasExtensions)
    {
        _initial = initial;
        _hasExtensions = hasExtensions;
    }

    /// <summary>Whether each of the terms is one of PS3.3 C.12.1.1.2, or a common misspelling of it.</summary>
    public static bool IsKnown(string value) =>
        value.Split('\\') is var terms
        && terms.Select(Normalize).All(term => CodeElement.Of(term) is not null || (term.Length == 0 && terms.Length > 1));

    /// <summary>Reads the defined terms of the attribute. Of what nobody knows the default is taken.</summary>
    public static SpecificCharacterSet Parse(string value)
    {
        var terms = value.Split('\\');
        var initial = CodeElement.Of(Normalize(terms[0]));
        if (terms.Length == 1)
            return initial is null ? Default : new SpecificCharacterSet(initial, terms[0].Contains("2022"));

        // An empty first term is the default repertoire (PS3.3 C.12.1.1.2).
        return new SpecificCharacterSet(initial ?? Default._initial, hasExtensions: true);
    }

    /// <summary>Decodes text.</summary>
    /// <param name="bytes">The value field.</param>
    /// <param name="vr">Of a name (PN) the delimiters ^ and = too switch back to the initial set (PS3.5 6.1.2.5.3).</param>
    public string Decode(ReadOnlySpan<byte> bytes, VR vr = VR.LO)
    {
        if (bytes.IsEmpty)
            return "";
        if (IsAscii(bytes) && (!_hasExtensions || bytes.IndexOf(Escape) < 0))
            return AsciiString(bytes);
        if (!_hasExtensions || !_initial.AllowsExtensions)
            return _initial.Decode(bytes.ToArray(), 0, bytes.Length);
        return DecodeWithExtensions(bytes.ToArray(), vr);
    }

    /// <summary>Encodes text in the initial set; what it does not have becomes a question mark.</summary>
    public byte[] Encode(string text) => _initial.Encode(text);

    private string DecodeWithExtensions(byte[] bytes, VR vr)
    {
        var text = new StringBuilder(bytes.Length);
        var (low, high) = (_initial, _initial);
        var start = 0;
        while (start < bytes.Length)
        {
            if (bytes[start] == Escape && CodeElement.OfEscape(bytes, start, out var length) is { } element)
            {
                if (element.IsHigh)
                    high = element;
                else
                    low = element;
                start += length;
                continue;
            }

            var isHigh = bytes[start] >= 0x80;
            var set = isHigh ? high : low;

            // Control characters and delimiters end all that an escape sequence began (PS3.5 6.1.2.5.3).
            if (!isHigh && !set.IsMultiByte && IsReset(bytes[start], vr))
                (low, high) = (_initial, _initial);
            var end = start + 1;
            while (end < bytes.Length && bytes[end] != Escape && bytes[end] >= 0x80 == isHigh
                && (set.IsMultiByte && !isHigh ? bytes[end] > 0x20 : !IsReset(bytes[end], vr)))
            {
                end++;
            }

            text.Append(set.Decode(bytes, start, end - start));
            start = end;
        }

        return text.ToString();
    }

    private static bool IsReset(byte value, VR vr) =>
        value is (byte)'\\' or 0x0A or 0x0C or 0x0D or 0x09 || (vr == VR.PN && value is (byte)'^' or (byte)'=');

    private static bool IsAscii(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value >= 0x80)
                return false;
        }

        return true;
    }

    private static string AsciiString(ReadOnlySpan<byte> bytes)
    {
#if NET
        return Encoding.ASCII.GetString(bytes);
#else
        return Encoding.ASCII.GetString(bytes.ToArray());
#endif
    }

    /// <summary>One spelling of a term: ISO IR 100 for ISO_IR 100, ISO-IR 100 and ISO 2022 IR 100 alike.</summary>
    private static string Normalize(string term) =>
        term.Trim(' ', '\0').ToUpperInvariant().Replace('_', ' ').Replace('-', ' ').Replace("ISO 2022 IR", "ISO IR");
}
