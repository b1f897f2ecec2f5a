using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>Specific Character Set (0008,0005), decoded (PS3.3 C.12.1.1.2, PS3.5 6.1).</summary>
public sealed class SpecificCharacterSet
{
    /// <summary>The default repertoire. Bytes beyond ASCII are read as Latin-1, which most senders use that declare no set.</summary>
    public static readonly SpecificCharacterSet Default = new(CodeElement.Of("ISO IR 6")!, []);

    private const byte Escape = 0x1B;

    private readonly CodeElement _initial;

    /// <summary>The sets that escape sequences may select, in the order of their terms; empty without code extensions.</summary>
    private readonly CodeElement[] _extensions;

    private SpecificCharacterSet(CodeElement initial, CodeElement[] extensions)
    {
        _initial = initial;
        _extensions = extensions;
    }

    private bool HasExtensions => _extensions.Length > 0;

    /// <summary>Whether every term is defined in PS3.3 C.12.1.1.2 or is a common misspelling of a defined term.</summary>
    public static bool IsKnown(string value) =>
        value.Split('\\') is var terms
        && terms.Select(Normalize).All(term => CodeElement.Of(term) is not null || (term.Length == 0 && terms.Length > 1));

    /// <summary>Parses the defined terms of the attribute. Unknown terms are treated as the default repertoire.</summary>
    public static SpecificCharacterSet Parse(string value)
    {
        var terms = value.Split('\\');
        var elements = terms.Select(term => CodeElement.Of(Normalize(term))).ToArray();
        if (terms.Length == 1 && !terms[0].Contains("2022"))
            return elements[0] is { } only ? new SpecificCharacterSet(only, []) : Default;

        // An empty first term is the default repertoire (PS3.3 C.12.1.1.2). A term that cannot come first is treated the same, because
        // some devices omit the backslash before ISO 2022 IR 87.
        var initial = elements[0] is { IsMultiByte: true, IsHigh: false } ? null : elements[0];
        return new SpecificCharacterSet(initial ?? Default._initial, [.. elements.OfType<CodeElement>(), Default._initial]);
    }

    /// <summary>Decodes text.</summary>
    /// <param name="bytes">The value field.</param>
    /// <param name="vr">In a name (PN), the delimiters ^ and = also return to the initial set (PS3.5 6.1.2.5.3).</param>
    public string Decode(ReadOnlySpan<byte> bytes, VR vr = VR.LO)
    {
        if (bytes.IsEmpty)
            return "";
        if (IsAscii(bytes) && (!HasExtensions || bytes.IndexOf(Escape) < 0))
            return AsciiString(bytes);
        if (!HasExtensions || !_initial.AllowsExtensions)
            return _initial.Decode(bytes.ToArray(), 0, bytes.Length);
        return DecodeWithExtensions(bytes.ToArray(), vr);
    }

    /// <summary>Encodes text. If the set lacks a character, the whole text is in the initial set, with question marks.</summary>
    public byte[] Encode(string text, VR vr = VR.LO) => TryEncode(text, vr) ?? _initial.Encode(text);

    /// <summary>Encodes text, with escape sequences if the set has them.</summary>
    /// <param name="text">The value.</param>
    /// <param name="vr">The value representation, as for <see cref="Decode"/>.</param>
    /// <returns>The value field; null if the set lacks a character of the text.</returns>
    public byte[]? TryEncode(string text, VR vr)
    {
        if (!HasExtensions || !_initial.AllowsExtensions)
            return _initial.TryEncode(text);
        using var output = new MemoryStream(text.Length * 2);
        var (low, high) = (_initial.LowHalf, _initial.IsHigh ? _initial : null);
        foreach (var c in text)
        {
            if (c < 0x80)
            {
                // Delimiters and control characters end the effect of an escape sequence (PS3.5 6.1.2.5.3).
                Designate(ref low!, _initial.LowHalf);
                if (IsReset((byte)c, vr))
                    high = _initial.IsHigh ? _initial : null;
                output.WriteByte((byte)c);
                continue;
            }

            if (SetOf(c, low, high) is not { } set)
                return null;
            if (set.IsHigh)
                Designate(ref high, set);
            else
                Designate(ref low!, set);
            Write(set.TryEncodeExtension(c.ToString())!);
        }

        Designate(ref low!, _initial.LowHalf);
        return output.ToArray();

        void Designate(ref CodeElement? half, CodeElement set)
        {
            if (half != set)
                Write(set.EscapeSequence);
            half = set;
        }

        void Write(byte[] bytes) => output.Write(bytes, 0, bytes.Length);
    }

    /// <summary>The set in which to encode a non-ASCII character: a set in use, or the first set that contains the character.</summary>
    private CodeElement? SetOf(char c, CodeElement low, CodeElement? high)
    {
        IEnumerable<CodeElement?> candidates = [high, low, .. _extensions];
        return candidates.FirstOrDefault(set => set?.TryEncodeExtension(c.ToString()) is not null);
    }

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

            // Control characters and delimiters end the effect of an escape sequence (PS3.5 6.1.2.5.3).
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

    /// <summary>Normalizes the spelling of a term: ISO IR 100 for ISO_IR 100, ISO-IR 100 and ISO 2022 IR 100.</summary>
    private static string Normalize(string term) =>
        term.Trim(' ', '\0').ToUpperInvariant().Replace('_', ' ').Replace('-', ' ').Replace("ISO 2022 IR", "ISO IR");
}
