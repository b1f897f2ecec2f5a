namespace PacsNm.Dicom.Data;

/// <summary>Unique identifiers (PS3.5 9).</summary>
public static class Uid
{
    /// <summary>The most characters of a valid UID.</summary>
    public const int MaximumLength = 64;

    /// <summary>The most characters that are accepted for a UID of a PACS that does not conform to the standard.</summary>
    private const int MaximumUsableLength = 128;

    /// <summary>The least number of dots in a text that is accepted as a nonconforming UID.</summary>
    private const int MinimumDots = 4;

    /// <summary>
    /// Whether a text is a UID (PS3.5 9.1): numbers separated by dots. The standard forbids leading zeros. They are accepted here, because
    /// some PACS send them, and a query must use the UID that the PACS has.
    /// </summary>
    public static bool IsValid(string? text)
    {
        if (text is null || text.Length is 0 or > MaximumLength)
            return false;
        var isStart = true;
        foreach (var c in text)
        {
            if (c == '.' ? isStart : c is < '0' or > '9')
                return false;
            isStart = c == '.';
        }

        return !isStart;
    }

    /// <summary>
    /// Whether a text that a PACS sent as a UID can be used as a key, and identifies one object. It has 1 to 128 printable ASCII characters
    /// that are not all spaces. It contains no backslash, which separates values (PS3.5 6.4), no <c>*</c> or <c>?</c>, which are wild
    /// cards (PS3.4 C.2.2.2.4), and no slash, which no known kind of broken UID contains but a hostile one may. Such a text is not safe as
    /// a file name.
    /// </summary>
    public static bool IsUsable(string? text)
    {
        if (text is null || text.Length is 0 or > MaximumUsableLength)
            return false;
        var isBlank = true;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' or '\\' or '/' or '*' or '?')
                return false;
            isBlank &= c == ' ';
        }

        return !isBlank;
    }

    /// <summary>
    /// Whether a text from a person or a table is a UID, or breaks PS3.5 9.1 like the UIDs of some PACS: with letters, too long, or with
    /// too many dots. Names, dates and patient numbers are not.
    /// </summary>
    public static bool IsLikely(string? text)
    {
        if (IsValid(text))
            return true;
        if (text is null || !IsUsable(text))
            return false;
        var dots = text.Count(c => c == '.');
        var digits = text.Count(c => c is >= '0' and <= '9');
        return dots >= MinimumDots && 2 * digits > text.Length && text.IndexOfAny([' ', '^', ',', '@']) < 0;
    }
}
