using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Attribute matching as an SCP does it (PS3.4 C.2.2.2).</summary>
internal static class Matching
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether a candidate matches all keys of an identifier.</summary>
    public static bool Matches(Dataset identifier, Dataset candidate) =>
        identifier.All(key => IsNoKey(key.Tag) || MatchesKey(identifier, key, candidate));

    /// <summary>What is in an identifier without being a key to match.</summary>
    private static bool IsNoKey(Tag tag) => tag == Tags.SpecificCharacterSet || tag == Tags.QueryRetrieveLevel;

    private static bool MatchesKey(Dataset identifier, Element key, Dataset candidate)
    {
        // Universal matching (C.2.2.2.3).
        var wanted = identifier.GetRawText(key.Tag)?.Trim(' ', '\0');
        if (string.IsNullOrEmpty(wanted) || wanted == "*")
            return true;
        var values = candidate.GetStrings(key.Tag);
        return key.VR switch
        {
            VR.UI => wanted!.Split('\\').Any(uid => values.Contains(uid.Trim(' ', '\0'))),
            VR.DA or VR.TM or VR.DT => values.Any(value => IsInRange(value, wanted!)),
            VR.PN => values.Any(value => IsLike(value, wanted!, ignoreCase: true)),
            _ => values.Any(value => IsLike(value, wanted!, ignoreCase: false)),
        };
    }

    /// <summary>Single value and range matching of dates and times (C.2.2.2.1, C.2.2.2.5).</summary>
    private static bool IsInRange(string value, string wanted)
    {
        var dash = wanted.IndexOf('-');
        if (dash < 0)
            return value.StartsWith(wanted, StringComparison.Ordinal);
        var first = wanted.Substring(0, dash).Trim();
        var last = wanted.Substring(dash + 1).Trim();
        return value.Length > 0
            && (first.Length == 0 || string.CompareOrdinal(value, first) >= 0)
            && (last.Length == 0 || string.CompareOrdinal(value, last) <= 0
                || value.StartsWith(last, StringComparison.Ordinal));
    }

    /// <summary>Single value and wild card matching (C.2.2.2.1, C.2.2.2.4).</summary>
    private static bool IsLike(string value, string wanted, bool ignoreCase)
    {
        var pattern = "^" + Regex.Escape(wanted).Replace(@"\*", ".*").Replace(@"\?", ".") + "$";
        var options = RegexOptions.Singleline | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : 0);
        return Regex.IsMatch(value, pattern, options, PatternLimit);
    }
}
