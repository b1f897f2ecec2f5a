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
            ThrowUnknown(cmdlet, parameter, name);
        return tag;
    }

    /// <summary>Parses a keyword or a tag, or a path to it through sequences.</summary>
    /// <inheritdoc cref="Parse"/>
    public static AttributePath ParsePath(Cmdlet cmdlet, string parameter, string name)
    {
        if (!AttributePath.TryParse(name, out var path, out var wrong))
            ThrowUnknown(cmdlet, parameter, wrong.Length > 0 ? wrong : name);
        return path;
    }

    /// <summary>What to say when a path selected the first of several items without saying so.</summary>
    public static string FirstItemWarning(string path) =>
        $"{path} is the value of the first item, and there are files with more items. Write [*] after a sequence for all of its items.";

    private static void ThrowUnknown(Cmdlet cmdlet, string parameter, string name)
    {
        if (Tag.TryParse(name.Split('[')[0], out var tag))
        {
            var advice = $"{AttributePath.NameOf(tag)} is not a sequence, or its item is none of [0], [1] and so on, or [*].";
            cmdlet.ThrowTerminatingError(ErrorRecords.UnknownKeyword(parameter, name, advice));
        }

        var nearest = DataDictionary.NearestKeywords(name, 3);
        cmdlet.ThrowTerminatingError(ErrorRecords.UnknownKeyword(parameter, name, nearest.Count > 0
            ? $"Did you mean {string.Join(", ", nearest)}?"
            : "Give a keyword or a tag such as 00100020."));
    }
}
