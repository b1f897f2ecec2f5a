using System.Collections;
using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The Identifier of a C-FIND (PS3.4 C.4.1.1.3): keys to match and keys to return.</summary>
internal sealed class Identifier
{
    private readonly SortedDictionary<Tag, string> _keys = [];

    /// <summary>Starts an identifier for a level.</summary>
    /// <param name="level">STUDY, SERIES or IMAGE.</param>
    /// <param name="returnKeys">The attributes that the PACS should return.</param>
    public Identifier(string level, IEnumerable<Tag> returnKeys)
    {
        _keys[Tags.SpecificCharacterSet] = "";
        foreach (var tag in returnKeys)
            _keys[tag] = "";
        _keys[Tags.QueryRetrieveLevel] = level;
    }

    /// <summary>Sets a key to match. Null does nothing.</summary>
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
    /// The character set that encodes the keys: the caller's key if there is one, otherwise the smallest that is sufficient; empty for
    /// ASCII.
    /// </summary>
    public string CharacterSet => Matches(Tags.SpecificCharacterSet)
        ? _keys[Tags.SpecificCharacterSet]
        : CharacterSetFor(string.Concat(_keys.Values)) ?? "";

    /// <summary>Makes the dataset to send.</summary>
    /// <exception cref="KeyNotEncodableException">The character set cannot encode a key.</exception>
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

    /// <summary>Formats the value of a key: dates in the form of their VR, several values with backslashes.</summary>
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

    /// <summary>Returns the smallest character set that can encode the keys; null for ASCII (PS3.3 C.12.1.1.2).</summary>
    public static string? CharacterSetFor(string text) =>
        text.All(c => c < 0x80) ? null : text.All(c => c < 0x100) ? "ISO_IR 100" : "ISO_IR 192";
}

/// <summary>The character set of a query cannot encode a key. The message does not contain the value, which may be a patient's.</summary>
internal sealed class KeyNotEncodableException(Tag tag, string characterSet) : ArgumentException(
    $"The character set '{characterSet}' does not have all characters of the key {tag}"
        + (DataDictionary.TryGetEntry(tag, out var entry) ? $", {entry.Keyword}." : "."));
