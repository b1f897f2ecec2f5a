using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Attribute matching of an SCP (PS3.4 C.2.2.2). The keys of an identifier are read once.</summary>
internal sealed class Matching
{
    private readonly List<Func<Dataset, bool>> _keys = [];

    /// <summary>Reads the keys of an identifier.</summary>
    /// <param name="identifier">The identifier, or an item of a sequence in it.</param>
    /// <param name="isKey">Whether an attribute is a supported key.</param>
    public Matching(Dataset identifier, Func<Tag, bool> isKey)
    {
        foreach (var key in identifier)
        {
            if (isKey(key.Tag) && KeyOf(identifier, key) is { } matches)
                _keys.Add(matches);
        }
    }

    /// <summary>Whether a candidate matches all keys.</summary>
    public bool Matches(Dataset candidate) => _keys.TrueForAll(key => key(candidate));

    private static Func<Dataset, bool>? KeyOf(Dataset identifier, Element key)
    {
        var tag = key.Tag;

        // Sequence matching (C.2.2.2.6): one item of the candidate matches all keys of the only item.
        if (key.Items is not null)
        {
            if (key.Items.Count == 0)
                return null;
            var item = new Matching(key.Items[0], _ => true);
            return item._keys.Count == 0 ? null : candidate => candidate.GetItems(tag).Any(item.Matches);
        }

        // Universal matching (C.2.2.2.3).
        var wanted = (identifier.GetRawText(tag) ?? "").Trim(' ', '\0');
        if (wanted.Length == 0 || (wanted.Trim('*').Length == 0 && HasWildCards(key.VR)))
            return null;
        var matches = Predicate(key.VR, wanted);
        return candidate => candidate.GetStrings(tag).Any(matches);
    }

    private static Func<string, bool> Predicate(VR vr, string wanted) => vr switch
    {
        // A list of UIDs (C.2.2.2.2).
        VR.UI => value => wanted.Split('\\').Any(uid => uid.Trim(' ', '\0') == value),
        VR.DA when wanted.IndexOf('-') < 0 => value => Plain(value, vr) == Plain(wanted, vr),
        VR.DA or VR.TM or VR.DT => value => IsInRange(Plain(value, vr), Plain(wanted, vr)),
        VR.PN => value => IsNameLike(value, wanted),
        VR.IS or VR.DS => value => value.Trim() == wanted,
        _ when HasWildCards(vr) => value => IsLike(value, wanted),
        _ => value => value == wanted,
    };

    /// <summary>
    /// Matching of names (PS3.4 C.2.2.2.1, PS3.5 6.2.1). A key without component groups matches any group. In a key with groups, each
    /// group matches its own, and an empty group matches any.
    /// </summary>
    private static bool IsNameLike(string value, string wanted)
    {
        var groups = value.Split('=');
        var keys = wanted.Split('=');
        if (keys.Length == 1)
            return groups.Any(group => IsLike(Fold(group), Fold(wanted)));
        for (var index = 0; index < keys.Length; index++)
        {
            var key = Fold(keys[index]);
            if (key.Length > 0 && !IsLike(Fold(index < groups.Length ? groups[index] : ""), key))
                return false;
        }

        return true;
    }

    /// <summary>The value representations that allow wild card matching (C.2.2.2.4).</summary>
    private static bool HasWildCards(VR vr) =>
        vr is VR.AE or VR.CS or VR.LO or VR.LT or VR.PN or VR.SH or VR.ST or VR.UC or VR.UR or VR.UT;

    /// <summary>Ignores case and empty components at the end (C.2.2.2.1).</summary>
    private static string Fold(string name) => name.TrimEnd('^', ' ').ToUpperInvariant();

    /// <summary>Removes the separators of ACR-NEMA (PS3.5 6.2).</summary>
    private static string Plain(string value, VR vr) => vr switch
    {
        VR.DA => value.Replace(".", ""),
        VR.TM => value.Replace(":", ""),
        _ => value,
    };

    /// <summary>Range matching of dates and times, and matching of times to the precision of the key (C.2.2.2.1, C.2.2.2.5).</summary>
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

    /// <summary>
    /// Wild card matching (C.2.2.2.4): * matches any characters, ? matches one. It backtracks only to the last *, so the time is at most
    /// the product of both lengths.
    /// </summary>
    private static bool IsLike(string value, string pattern)
    {
        int at = 0, next = 0, star = -1, resume = 0;
        while (at < value.Length)
        {
            if (next < pattern.Length && pattern[next] == '*')
            {
                star = next++;
                resume = at;
            }
            else if (next < pattern.Length && (pattern[next] == '?' || pattern[next] == value[at]))
            {
                at++;
                next++;
            }
            else if (star >= 0)
            {
                next = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (next < pattern.Length && pattern[next] == '*')
            next++;
        return next == pattern.Length;
    }
}
