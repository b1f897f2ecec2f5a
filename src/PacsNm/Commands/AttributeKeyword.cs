using System.Management.Automation;
using PacsNm.Dicom.Data;

namespace PacsNm.Commands;

/// <summary>Attributes of PS3.6, by the keywords or tags that a user gives.</summary>
internal static class AttributeKeyword
{
    /// <summary>Parses a keyword or a tag. For any other text it ends the cmdlet with an error that lists the nearest keywords.</summary>
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

    /// <summary>The keyword of a tag; the tag if it has no keyword.</summary>
    public static string NameOf(Tag tag) => DataDictionary.TryGetEntry(tag, out var entry) ? entry.Keyword : tag.ToString();
}
