using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PacsNm.Help;

/// <summary>The docstrings of assemblies, from the XML files of the compiler.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocs(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads XML documentation files.</summary>
    public static XmlDocs Load(IEnumerable<string> files) => new(files
        .SelectMany(file => XDocument.Load(file).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value));

    /// <summary>The summary of a type.</summary>
    public string Of(Type type) => Summary($"T:{type.FullName}");

    /// <summary>The summary of a property, or of a member of an enumeration.</summary>
    public string Of(MemberInfo member) =>
        Summary($"{(member is FieldInfo ? 'F' : 'P')}:{member.DeclaringType!.FullName}.{member.Name}");

    /// <summary>The meanings of the values of an enumeration, after a space; empty for other types.</summary>
    public string OfValues(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum && _members.ContainsKey($"T:{type.FullName}")
            ? string.Concat(Enum.GetNames(type).Select(name => $" {name}: {Of(type.GetField(name)!)}"))
            : "";
    }

    private string Summary(string id) =>
        _members.TryGetValue(id, out var member) && member.Element("summary") is { } summary
            ? Whitespace().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim()
            : throw new InvalidDataException($"{id} has no summary.");

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element when element.Attribute("cref") is { } reference => reference.Value.Split('.', ':')[^1],
        XElement element when element.Attribute("name") is { } name => name.Value,
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
