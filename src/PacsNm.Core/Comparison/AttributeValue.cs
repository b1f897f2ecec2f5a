using PacsNm.Dicom.Data;

namespace PacsNm.Comparison;

/// <summary>
/// Decides whether two values of an attribute mean the same. Two systems pad, complete and encode values in different ways, and a
/// difference that is none costs more trust than it is worth.
/// </summary>
internal static class AttributeValue
{
    /// <summary>Whether two datasets have values of an attribute that mean the same. An absent or empty value is not compared.</summary>
    public static bool AreSame(Tag tag, Dataset here, Dataset there)
    {
        var (left, right) = (TextOf(tag, here), TextOf(tag, there));
        return left.Length == 0 || right.Length == 0 || DataDictionary.GetVR(tag) switch
        {
            VR.DA => (DicomDate.Parse(left), DicomDate.Parse(right)) is ({ } one, { } other) ? one == other : AreSameTexts(left, right),
            VR.TM => AreSameTimes(left, right),
            VR.PN => AreSameNames(left, right),
            _ => AreSameTexts(left, right),
        };
    }

    /// <summary>The values of an attribute as one text.</summary>
    public static string TextOf(Tag tag, Dataset dataset) => string.Join("\\", dataset.GetStrings(tag));

    /// <summary>A PACS may keep times to the second or to the minute.</summary>
    private static bool AreSameTimes(string left, string right)
    {
        if ((DicomTime.Parse(left), DicomTime.Parse(right)) is not ({ } one, { } other))
            return AreSameTexts(left, right);
        var minutes = Math.Min(Digits(left), Digits(right)) <= 4;
        return minutes
            ? (one.Hours, one.Minutes) == (other.Hours, other.Minutes)
            : (one.Hours, one.Minutes, one.Seconds) == (other.Hours, other.Minutes, other.Seconds);

        static int Digits(string time) => time.Count(char.IsDigit);
    }

    /// <summary>
    /// Compares component by component (PS3.5 6.2.1), without case and without empty components at the end. A group that only one side has
    /// is not compared.
    /// </summary>
    private static bool AreSameNames(string left, string right) =>
        left.Split('=').Zip(right.Split('='), (one, other) => AreSameGroups(Trimmed(one), Trimmed(other))).All(isSame => isSame);

    private static bool AreSameGroups(string left, string right) => left.Length == 0 || right.Length == 0 || AreSameTexts(left, right);

    private static string Trimmed(string group) =>
        string.Join("^", group.ToUpperInvariant().Split('^').Select(component => component.Trim())).TrimEnd('^');

    /// <summary>
    /// Compares texts without padding. A character that one side cannot encode is a question mark there, which equals any other.
    /// </summary>
    private static bool AreSameTexts(string left, string right)
    {
        (left, right) = (Collapsed(left), Collapsed(right));
        return left.Length == right.Length && !left.Where((character, at) => character != right[at]
            && !IsReplaced(character, right[at]) && !IsReplaced(right[at], character)).Any();

        static bool IsReplaced(char character, char original) => character is '?' or '\uFFFD' && original >= 0x80;
    }

    private static string Collapsed(string text) =>
        string.Join(" ", text.Normalize().Split([' '], StringSplitOptions.RemoveEmptyEntries));
}
