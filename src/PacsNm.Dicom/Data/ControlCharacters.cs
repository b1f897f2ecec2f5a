using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>
/// Keeps control characters from a PACS, a file or a program out of terminals, tables and reports. ESC and the other characters
/// of C0 and C1 can move the cursor, set the title of a window or hide text (ECMA-48). Unicode format characters, such as those
/// for right-to-left text, are text and are kept.
/// </summary>
public static class ControlCharacters
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Converts a text to one readable line. Control characters are removed, and those that separate words (TAB, LF, VT, FF, CR) become
    /// spaces.
    /// </summary>
    public static string Remove(string text) =>
        Clean(text, static c => !char.IsControl(c), static c => c is >= '\t' and <= '\r' ? ' ' : null);

    /// <summary>Removes or replaces the control characters that PS3.5 does not allow in a VR (6.1.3, table 6.2-1).</summary>
    /// <param name="value">A decoded value, in which ESC no longer begins a code extension.</param>
    /// <param name="vr">
    /// LT, ST, UT and UN keep TAB, LF, FF and CR. Other control characters are removed from text for persons. In a value that is parsed
    /// or compared, such as a UID or a date, each becomes U+FFFD, because removing it would create a different value.
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
