namespace PacsNm.Dicom.Data;

/// <summary>Unique identifiers (PS3.5 9).</summary>
public static class Uid
{
    /// <summary>The most characters that a UID has.</summary>
    public const int MaximumLength = 64;

    /// <summary>The most characters that are taken for a UID of a PACS that does not keep to the standard.</summary>
    private const int MaximumUsableLength = 128;

    /// <summary>Dots that a text has at least to be taken for a UID that is not valid.</summary>
    private const int MinimumDots = 4;

    /// <summary>
    /// Whether a text is a UID (PS3.5 9.1): numbers with dots between. The standard forbids leading zeros. They pass here, since
    /// some PACS send them and a PACS must be asked for the UID that it has.
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
    /// Whether a text that a PACS gave as a UID can be sent back as a key, and means that one object: 1 to 128 printable ASCII
    /// characters that are not all spaces, without a backslash (PS3.5 6.4), which separates values, without <c>*</c> and
    /// <c>?</c>, which match others (PS3.4 C.2.2.2.4), and without a slash, which no sort of broken UID has and a hostile one may.
    /// Such a text is not safe as the name of a file.
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
    /// Whether a text that a person or a table gives is a UID, or one that breaks PS3.5 9.1 as those of some PACS do: with letters, too
    /// long, or with a dot too many. Names, dates and numbers of patients are not.
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
