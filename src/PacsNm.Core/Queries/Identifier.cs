using System.Collections;
using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The Identifier of a C-FIND (PS3.4 C.4.1.1.3): keys to match and keys to return.</summary>
internal sealed class Identifier
{
    private readonly SortedDictionary<Tag, string> _keys = [];

    /// <summary>Starts one for a level.</summary>
    /// <param name="level">STUDY, SERIES or IMAGE.</param>
    /// <param name="returnKeys">Attributes that the PACS shall return.</param>
    public Identifier(string level, IEnumerable<Tag> returnKeys)
    {
        _keys[Tags.SpecificCharacterSet] = "";
        foreach (var tag in returnKeys)
            _keys[tag] = "";
        _keys[Tags.QueryRetrieveLevel] = level;
    }

    /// <summary>Sets a key to match. A null changes nothing.</summary>
    public Identifier Match(Tag tag, string? value)
    {
        if (value is not null)
            _keys[tag] = value;
        return this;
    }

    /// <summary>Sets a key to match one of several UIDs (PS3.4 C.2.2.2.2).</summary>
    public Identifier MatchUids(Tag tag, IReadOnlyCollection<string>? uids) =>
        uids is null or { Count: 0 } ? this : Match(tag, string.Join("\\", uids));

    /// <summary>Whether an attribute is a key to match.</summary>
    public bool Matches(Tag tag) => _keys.TryGetValue(tag, out var value) && value.Length > 0;

    /// <summary>
    /// The character set that the keys are encoded in: the one that the caller set as a key, else the smallest that holds them;
    /// empty for ASCII.
    /// </summary>
    public string CharacterSet => Matches(Tags.SpecificCharacterSet)
        ? _keys[Tags.SpecificCharacterSet]
        : CharacterSetFor(string.Concat(_keys.Values)) ?? "";

    /// <summary>The dataset to send.</summary>
    /// <exception cref="KeyNotEncodableException">The character set does not have all characters of a key.</exception>
    public Dataset ToDataset()
    {
        var dataset = new Dataset();
        var set = SpecificCharacterSet.Parse(CharacterSet);
        dataset.Set(Tags.SpecificCharacterSet, CharacterSet);
        foreach (var (tag, value) in _keys.Where(pair => pair.Key != Tags.SpecificCharacterSet).Select(pair => (pair.Key, pair.Value)))
        {
            var vr = DataDictionary.GetVR(tag);
            if (vr.UsesSpecificCharacterSet() && set.TryEncode(value, vr) is null)
                throw new KeyNotEncodableException(tag, CharacterSet);
            if (vr == VR.SQ)
                dataset.SetItems(tag);
            else
                dataset.Set(tag, value);
        }

        return dataset;
    }

    /// <summary>A key's value as a query holds it: dates in the form of its VR, several values with a backslash.</summary>
    public static string ToValue(Tag tag, object? value) => value switch
    {
        null => "",
        string text => text,
        DateTime moment => moment.ToString(
            DataDictionary.GetVR(tag) switch { VR.DA => "yyyyMMdd", VR.TM => "HHmmss", _ => "yyyyMMddHHmmss" },
            CultureInfo.InvariantCulture),
        IEnumerable several => string.Join("\\", several.Cast<object?>().Select(one => ToValue(tag, one))),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The smallest character set that holds the keys; null for ASCII (PS3.3 C.12.1.1.2).</summary>
    public static string? CharacterSetFor(string text) =>
        text.All(c => c < 0x80) ? null : text.All(c => c < 0x100) ? "ISO_IR 100" : "ISO_IR 192";
}

/// <summary>The character set of a query does not have all characters of a key. The message has no value: it may be a patient's.</summary>
internal sealed class KeyNotEncodableException(Tag tag, string characterSet) : ArgumentException(
    $"The character set '{characterSet}' does not have all characters of the key {tag}"
        + (DataDictionary.TryGetEntry(tag, out var entry) ? $", {entry.Keyword}." : "."));
