using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>
/// Keeps control characters of a PACS, a file or a program away from terminals, tables and reports: ESC and the other
/// characters of C0 and C1 can move the cursor, set a window's title or hide text (ECMA-48). Unicode's own format
/// characters, such as those for writing from right to left, are text and stay.
/// </summary>
public static class ControlCharacters
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Text for a person to read on one line: control characters are removed, and those that separate words (TAB, LF, VT, FF, CR)
    /// become spaces.
    /// </summary>
    public static string Remove(string text) =>
        Clean(text, static c => !char.IsControl(c), static c => c is >= '\t' and <= '\r' ? ' ' : null);

    /// <summary>A value of a VR without the control characters that PS3.5 does not allow in it (6.1.3, table 6.2-1).</summary>
    /// <param name="value">A decoded value, in which ESC does not begin a code extension any more.</param>
    /// <param name="vr">
    /// LT, ST and UT, and the unknown UN, keep TAB, LF, FF and CR. Other control characters are removed from text for persons. In a
    /// value that is parsed or compared, such as a UID or a date, each becomes U+FFFD: removing it would make another value.
    /// </param>
    internal static string Clean(string value, VR vr) => vr switch
    {
        VR.LT or VR.ST or VR.UT or VR.UN =>
            Clean(value, static c => !char.IsControl(c) || c is '\t' or '\n' or '\f' or '\r', static _ => null),
        VR.LO or VR.SH or VR.PN or VR.UC or VR.UR => Remove(value),
        _ => Clean(value, static c => !char.IsControl(c), static _ => Replacement),
    };

    private static string Clean(string text, Func<char, bool> isAllowed, Func<char, char?> replace)
    {
        var first = 0;
        while (first < text.Length && isAllowed(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var clean = new StringBuilder(text, 0, first, text.Length);
        foreach (var c in text.AsSpan(first))
        {
            if (isAllowed(c))
                clean.Append(c);
            else if (replace(c) is { } instead)
                clean.Append(instead);
        }

        return clean.ToString();
    }
}
