using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace PacsNm.Help;

/// <summary>Writes help in MAML, the format that Get-Help reads.</summary>
internal static class Maml
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the content of the help file.</summary>
    public static string Write(IEnumerable<(CmdletDescription Cmdlet, HelpPage Page)> cmdlets, XmlDocs docs)
    {
        var root = new XElement(
            Items + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Text),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            cmdlets.Select(item => CommandOf(item.Cmdlet, item.Page, docs)));
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{root}\n";
    }

    private static XElement CommandOf(CmdletDescription cmdlet, HelpPage page, XmlDocs docs) => new(
        Command + "command",
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            Described([cmdlet.Synopsis])),
        Described([.. cmdlet.Summary == cmdlet.Synopsis ? Array.Empty<string>() : [cmdlet.Summary], .. page.Description, .. SeeAlso(page)]),
        new XElement(
            Command + "syntax",
            cmdlet.ParameterSets.Select(set => new XElement(
                Command + "syntaxItem",
                new XElement(Text + "name", cmdlet.Name),
                set.Select(parameter => ParameterOf(parameter, isWhole: false))))),
        new XElement(Command + "parameters", cmdlet.Parameters.Select(parameter => ParameterOf(parameter, isWhole: true))),
        new XElement(Command + "inputTypes", Inputs(cmdlet)),
        new XElement(Command + "returnValues", cmdlet.Outputs.Select(type => Output(type, docs))),
        new XElement(Text + "alertSet", new XElement(Text + "alert", Paragraphs(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select((example, index) => Example(example, index + 1))));

    /// <summary>
    /// Writes the links as a paragraph. Related links in MAML would make Get-Help suggest -Online, and there is no online help.
    /// </summary>
    private static IEnumerable<string> SeeAlso(HelpPage page) =>
        page.Links.Count == 0 ? [] : [$"See also: {string.Join(", ", page.Links)}."];

    private static XElement ParameterOf(ParameterDescription parameter, bool isWhole)
    {
        var isSwitch = parameter.Type == typeof(SwitchParameter);
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(parameter.IsMandatory)),
            new XAttribute("variableLength", Lower(parameter.Type.IsArray)),
            new XAttribute("globbing", Lower(parameter.IsGlobbed)),
            new XAttribute("pipelineInput", parameter.PipelineInput),
            new XAttribute("position", parameter.Position?.ToString() ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Text + "name", parameter.Name),
            Described([parameter.Text]));
        if (!isSwitch || isWhole)
            element.Add(new XElement(Command + "parameterValue", new XAttribute("required", Lower(!isSwitch)), NameOf(parameter.Type)));
        if (isWhole)
            element.Add(
                new XElement(Dev + "type", new XElement(Text + "name", NameOf(parameter.Type))),
                new XElement(Dev + "defaultValue", parameter.Default));
        return element;
    }

    private static IEnumerable<XElement> Inputs(CmdletDescription cmdlet)
    {
        var inputs = cmdlet.Parameters.Where(parameter => parameter.PipelineInput != "False").ToArray();
        return inputs.Length == 0
            ? [TypeOf(Command + "inputType", "None", "You can't pipe objects to this cmdlet.")]
            : inputs.Select(parameter => TypeOf(
                Command + "inputType", NameOf(parameter.Type), $"-{parameter.Name}, {parameter.PipelineInput[6..^1]}. {parameter.Text}"));
    }

    /// <summary>Describes an output type and each of its properties.</summary>
    private static XElement Output(Type type, XmlDocs docs)
    {
        if (type.Namespace?.StartsWith("PacsNm", StringComparison.Ordinal) != true)
            return TypeOf(Command + "returnValue", NameOf(type), "");
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract")
            .Select(property =>
                $"{property.Name} ({NameOf(property.PropertyType)}): {docs.Of(property)}{docs.OfValues(property.PropertyType)}");
        return TypeOf(Command + "returnValue", type.FullName!, [docs.Of(type), .. properties]);
    }

    private static XElement TypeOf(XName name, string type, params string[] description) => new(
        name, new XElement(Dev + "type", new XElement(Text + "name", type)), Described(description));

    private static XElement Example(HelpExample example, int number) => new(
        Command + "example",
        new XElement(Text + "title", $"Example {number}: {example.Title}"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks.Split('\n'))));

    private static XElement Described(IEnumerable<string> paragraphs) => new(Text + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(Text + "para", paragraph));

    private static string Lower(bool value) => value ? "true" : "false";

    private static string NameOf(Type type) =>
        Nullable.GetUnderlyingType(type) is { } plain ? $"{NameOf(plain)}?"
        : type.IsArray ? $"{NameOf(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{NameOf(type.GetGenericArguments()[0])}[]"
        : type.Name;
}
