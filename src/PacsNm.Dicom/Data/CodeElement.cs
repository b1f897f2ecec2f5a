using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>A character set that a defined term or an escape sequence identifies (PS3.3 tables C.12-2 to C.12-5).</summary>
internal sealed class CodeElement
{
    private const int Ascii = 20127;
    private const int Latin1 = 28591;

    private static readonly Lazy<CodeElement[]> All = new(() =>
    [
        new("ISO IR 6", Latin1, "(B"),
        new("ISO IR 14", Katakana, "(J"),
        new("ISO IR 100", Latin1, "-A", isHigh: true),
        new("ISO IR 101", 28592, "-B", isHigh: true),
        new("ISO IR 109", 28593, "-C", isHigh: true),
        new("ISO IR 110", 28594, "-D", isHigh: true),
        new("ISO IR 144", 28595, "-L", isHigh: true),
        new("ISO IR 127", 28596, "-G", isHigh: true),
        new("ISO IR 126", 28597, "-F", isHigh: true),
        new("ISO IR 138", 28598, "-H", isHigh: true),
        new("ISO IR 148", 28599, "-M", isHigh: true),
        new("ISO IR 203", 28605, "-b", isHigh: true),
        new("ISO IR 166", 874, "-T", isHigh: true),
        new("ISO IR 13", Katakana, ")I", isHigh: true),
        new("ISO IR 87", JapaneseEuc, "$B", isMultiByte: true),
        new("ISO IR 159", JapaneseEuc, "$(D", isMultiByte: true, isSupplement: true),
        new("ISO IR 149", 51949, "$)C", isHigh: true, isMultiByte: true),
        new("ISO IR 58", 936, "$)A", isHigh: true, isMultiByte: true),
        new("ISO IR 192", 65001),
        new("GB18030", 54936),
        new("GBK", 936),

        // Spellings that some PACS use but the standard does not define.
        new("UTF 8", 65001),
        new("UTF8", 65001),
        new("ISO 8859 1", Latin1),
        new("LATIN1", Latin1),
    ]);

    /// <summary>JIS X 0201, whose upper half is half-width Katakana. It is not a code page of .NET.</summary>
    private const int Katakana = -1;

    /// <summary>The code page of JIS X 0208 and JIS X 0212 in EUC.</summary>
    private const int JapaneseEuc = 20932;

    /// <summary>The term of the default repertoire.</summary>
    private const string DefaultTerm = "ISO IR 6";

    /// <summary>The lowest byte of a set in G1.</summary>
    private const byte FirstHigh = 0xA0;

    private readonly string _term;
    private readonly byte[] _escape;
    private readonly int _codePage;
    private readonly bool _isSupplement;

    private CodeElement(
        string term,
        int codePage,
        string? escape = null,
        bool isHigh = false,
        bool isMultiByte = false,
        bool isSupplement = false)
    {
        _term = term;
        _codePage = codePage;
        _escape = Encoding.ASCII.GetBytes(escape ?? "");
        _isSupplement = isSupplement;
        IsHigh = isHigh;
        IsMultiByte = isMultiByte;
        AllowsExtensions = escape is not null;
    }

    /// <summary>Whether its escape sequence designates it for bytes of 0x80 and above (G1).</summary>
    public bool IsHigh { get; }

    /// <summary>Whether a character occupies two bytes.</summary>
    public bool IsMultiByte { get; }

    /// <summary>Whether escape sequences may accompany the set. UTF-8, GB18030 and GBK forbid them (PS3.3 C.12.1.1.2).</summary>
    public bool AllowsExtensions { get; }

    /// <summary>The escape sequence of the set (PS3.3 tables C.12-3 and C.12-4), including ESC; empty if the set has none.</summary>
    public byte[] EscapeSequence => _escape.Length == 0 ? [] : [0x1B, .. _escape];

    /// <summary>
    /// The set in G0 if this set comes first: the Roman letters of JIS X 0201 for its Katakana, ASCII for other sets.
    /// </summary>
    public CodeElement LowHalf => _codePage == Katakana ? Of("ISO IR 14")! : Of(DefaultTerm)!;

    /// <summary>The set of a normalized defined term; null for an unknown term.</summary>
    public static CodeElement? Of(string term) => Array.Find(All.Value, element => element._term == term);

    /// <summary>The set of the escape sequence at an index; null for an unknown sequence.</summary>
    public static CodeElement? OfEscape(byte[] bytes, int index, out int length)
    {
        var rest = bytes.AsSpan(index + 1);
        foreach (var element in All.Value)
        {
            if (element._escape.Length > 0 && rest.StartsWith(element._escape))
            {
                length = 1 + element._escape.Length;
                return element;
            }
        }

        length = 0;
        return null;
    }

    /// <summary>Decodes bytes that all belong to this set.</summary>
    public string Decode(byte[] bytes, int start, int count)
    {
        if (_codePage == Katakana)
            return new string([.. bytes.Skip(start).Take(count).Select(HalfWidth)]);
        if (IsMultiByte && !IsHigh)
            return Encodings.Get(_codePage).GetString(ToEuc(bytes, start, count));
        return Encodings.Get(_codePage).GetString(bytes, start, count);
    }

    /// <summary>Encodes text. A character that the set lacks, or reaches only by code extension, becomes a question mark.</summary>
    public byte[] Encode(string text) =>
        Encodings.Get(_codePage is Katakana or JapaneseEuc || IsMultiByte || _term == DefaultTerm ? Ascii : _codePage).GetBytes(text);

    /// <summary>Encodes a whole text without escape sequences.</summary>
    /// <returns>The bytes; null if the set lacks a character of the text.</returns>
    public byte[]? TryEncode(string text)
    {
        if (_codePage == Katakana)
            return text.All(c => c < 0x80 || HalfWidthByte(c) is not null) ? [.. text.Select(c => HalfWidthByte(c) ?? (byte)c)] : null;
        try
        {
            return Encodings.GetStrict(_term == DefaultTerm ? Ascii : _codePage).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes of one non-ASCII character after the escape sequence of the set; null if the set lacks the character.</summary>
    public byte[]? TryEncodeExtension(string character)
    {
        if (!AllowsExtensions || TryEncode(character) is not { } bytes || bytes.Length != (IsMultiByte ? 2 : 1))
            return null;
        if (_codePage == JapaneseEuc)
            return FromEuc(bytes);

        // Lower bytes belong only to the code page and not to the registered set: C1, and the second half of GBK.
        return IsHigh && bytes.All(value => value >= FirstHigh) ? bytes : null;
    }

    private static char HalfWidth(byte value) => value switch
    {
        >= 0xA1 and <= 0xDF => (char)(0xFF61 + value - 0xA1),
        _ => (char)value,
    };

    private static byte? HalfWidthByte(char c) => c is >= '\uFF61' and <= '\uFF9F' ? (byte)(c - '\uFF61' + 0xA1) : null;

    /// <summary>Converts two bytes of code page 20932 to seven bits; null if the character is in the other set of the code page.</summary>
    private byte[]? FromEuc(byte[] euc) =>
        euc[0] > FirstHigh && euc[1] >= 0x80 != _isSupplement ? [(byte)(euc[0] & 0x7F), (byte)(euc[1] & 0x7F)] : null;

    /// <summary>Converts the seven-bit form that follows an escape sequence to code page 20932.</summary>
    private byte[] ToEuc(byte[] bytes, int start, int count)
    {
        var euc = new byte[count];
        for (var index = 0; index < count; index++)
        {
            var value = bytes[start + index];
            var isSecondOfSupplement = _isSupplement && (index & 1) == 1;
            euc[index] = value <= 0x20 || isSecondOfSupplement ? value : (byte)(value | 0x80);
        }

        return euc;
    }
}
