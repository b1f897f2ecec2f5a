using System.Management.Automation;
using PacsNm.Dicom.Data;

namespace PacsNm.Commands;

/// <summary>Attributes of PS3.6 as a user names them, and as properties are named after them.</summary>
internal static class AttributeKeyword
{
    /// <summary>Takes a keyword or a tag; what is neither ends the cmdlet, with the keywords that are nearest.</summary>
    public static Tag Parse(Cmdlet cmdlet, string parameter, string name)
    {
        if (!Tag.TryParse(name, out var tag))
        {
            var nearest = DataDictionary.NearestKeywords(name, 3);
            var advice = nearest.Count > 0
                ? $"Did you mean {string.Join(", ", nearest)}?"
                : "Give a keyword or a tag such as 00100020.";
            cmdlet.ThrowTerminatingError(ErrorRecords.UnknownKeyword(parameter, name, advice));
        }

        return tag;
    }

    /// <summary>The keyword of a tag; the tag where it has none.</summary>
    public static string NameOf(Tag tag) => DataDictionary.TryGetEntry(tag, out var entry) ? entry.Keyword : tag.ToString();
}
