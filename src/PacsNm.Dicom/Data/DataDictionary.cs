using System.Globalization;

namespace PacsNm.Dicom.Data;

/// <summary>An attribute that PS3.6 defines.</summary>
/// <param name="Tag">The tag; the first one of a repeating group.</param>
/// <param name="Keyword">The keyword.</param>
/// <param name="VR">The value representation; the usual one of several: US for US or SS, OW for OB or OW.</param>
/// <param name="VM">The value multiplicity, such as 1 or 1-n.</param>
public sealed record DictionaryEntry(Tag Tag, string Keyword, VR VR, string VM);

/// <summary>
/// The data dictionary (PS3.6, and PS3.7 E.1 for commands), including retired attributes. The facts in dictionary.tsv (tag, keyword,
/// VR, VM; x is any digit of a repeating group) come from the dictionary of DCMTK, which is generated from edition 2026b of the
/// standard.
/// </summary>
public static class DataDictionary
{
    private static readonly Lazy<LookupTables> Loaded = new(Load);

    /// <summary>Looks up a tag.</summary>
    public static bool TryGetEntry(Tag tag, out DictionaryEntry entry)
    {
        var tables = Loaded.Value;
        if (tables.ByTag.TryGetValue(tag.Value, out entry!))
            return true;
        foreach (var (mask, value, repeating) in tables.Repeating)
        {
            if ((tag.Value & mask) == value)
            {
                entry = repeating;
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks up a keyword, ignoring case.</summary>
    public static bool TryGetEntry(string keyword, out DictionaryEntry entry) =>
        Loaded.Value.ByKeyword.TryGetValue(keyword, out entry!);

    /// <summary>All entries.</summary>
    public static IReadOnlyCollection<DictionaryEntry> Entries => Loaded.Value.ByKeyword.Values;

    /// <summary>The value representation of a tag; UN for an unknown tag.</summary>
    public static VR GetVR(Tag tag) =>
        tag.IsGroupLength ? VR.UL
        : tag.IsPrivateCreator ? VR.LO
        : !tag.IsPrivate && TryGetEntry(tag, out var entry) ? entry.VR
        : VR.UN;

    /// <summary>The keywords that are most similar to a misspelled one.</summary>
    /// <param name="text">The misspelled keyword.</param>
    /// <param name="count">The most keywords to return.</param>
    public static IReadOnlyList<string> NearestKeywords(string text, int count) =>
        [.. Loaded.Value.ByKeyword.Values
            .Select(entry => (entry.Keyword, Distance: Distance(text.ToUpperInvariant(), entry.Keyword.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(2, text.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Keyword, StringComparer.Ordinal)
            .Take(count)
            .Select(candidate => candidate.Keyword)];

    /// <summary>The number of insertions, deletions and changes from one text to another.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }

    private static LookupTables Load()
    {
        using var stream = typeof(DataDictionary).Assembly.GetManifestResourceStream("dictionary.tsv")!;
        using var reader = new StreamReader(stream);
        var byTag = new Dictionary<uint, DictionaryEntry>(6000);
        var byKeyword = new Dictionary<string, DictionaryEntry>(6000, StringComparer.OrdinalIgnoreCase);
        var repeating = new List<(uint Mask, uint Value, DictionaryEntry Entry)>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            var value = uint.Parse(fields[0].Replace('x', '0'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var vr = (VR)((fields[2][0] << 8) | fields[2][1]);
            var entry = new DictionaryEntry(new Tag(value), fields[1], vr, fields[3]);
            byKeyword[entry.Keyword] = entry;
            byTag[value] = entry;
            if (fields[0].IndexOf('x') >= 0)
                repeating.Add((Mask(fields[0]), value, entry));
        }

        return new LookupTables(byTag, byKeyword, repeating);
    }

    private static uint Mask(string pattern) =>
        pattern.Aggregate(0u, (mask, digit) => (mask << 4) | (digit == 'x' ? 0u : 0xFu));

    private sealed record LookupTables(
        Dictionary<uint, DictionaryEntry> ByTag,
        Dictionary<string, DictionaryEntry> ByKeyword,
        List<(uint Mask, uint Value, DictionaryEntry Entry)> Repeating);
}
