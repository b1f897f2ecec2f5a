using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace PacsNm.Help;

/// <summary>The description of a cmdlet, from reflection and docstrings.</summary>
internal sealed class CmdletDescription
{
    private readonly CmdletAttribute _cmdlet;

    /// <summary>The parameter sets in the order of the engine, which is that of the first declared parameter of each set.</summary>
    private readonly string[] _sets;

    public CmdletDescription(Type type, XmlDocs docs)
    {
        _cmdlet = type.GetCustomAttribute<CmdletAttribute>()!;
        Summary = docs.Of(type);
        Outputs =
            [
                .. type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(output => output.Type).Select(output => output.Type)
                    .Where(output => output != typeof(void)),
            ];
        var instance = Activator.CreateInstance(type)!;
        ParameterDescription[] declared = [.. type.GetProperties().Where(property => property.IsDefined(typeof(ParameterAttribute)))
            .Select(property => ParameterDescription.From(property, instance, docs))];
        _sets = [.. declared.Select(parameter => parameter.Set).OfType<string>().Distinct()];
        Parameters =
        [
            .. declared
                .Concat(_cmdlet.SupportsShouldProcess ? ParameterDescription.OfShouldProcess : [])
                .OrderBy(parameter => parameter.Position ?? int.MaxValue)
                .ThenBy(parameter => parameter.Name, StringComparer.Ordinal),
        ];
    }

    public string Verb => _cmdlet.VerbName;

    public string Noun => _cmdlet.NounName;

    public string Name => $"{Verb}-{Noun}";

    public string Summary { get; }

    /// <summary>The first sentence of the summary.</summary>
    public string Synopsis => Summary.IndexOf(". ", StringComparison.Ordinal) is >= 0 and var end ? Summary[..(end + 1)] : Summary;

    public IReadOnlyList<ParameterDescription> Parameters { get; }

    public IReadOnlyList<Type> Outputs { get; }

    /// <summary>The parameters of each parameter set, the default set first.</summary>
    public IEnumerable<IEnumerable<ParameterDescription>> ParameterSets => _sets
        .OrderBy(set => set != _cmdlet.DefaultParameterSetName).DefaultIfEmpty("")
        .Select(set => Parameters.Where(parameter => parameter.Set is null || parameter.Set == set));
}

/// <summary>The description of a parameter, from reflection and docstrings.</summary>
internal sealed record ParameterDescription(string Name, Type Type, string Text)
{
    public static IReadOnlyList<ParameterDescription> OfShouldProcess { get; } =
    [
        new("Confirm", typeof(SwitchParameter), "Asks before each step.") { Default = "False", Aliases = ["cf"] },
        new("WhatIf", typeof(SwitchParameter), "Shows what would happen if the cmdlet runs. The cmdlet is not run.")
        {
            Default = "False",
            Aliases = ["wi"],
        },
    ];

    public int? Position { get; init; }

    public bool IsMandatory { get; init; }

    /// <summary>The parameter set of the parameter; null if it belongs to all sets.</summary>
    public string? Set { get; init; }

    public bool IsGlobbed { get; init; }

    public string PipelineInput { get; init; } = "False";

    public string Default { get; init; } = "None";

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public static ParameterDescription From(PropertyInfo property, object cmdlet, XmlDocs docs)
    {
        // An override has its own attribute in addition to the inherited one.
        var parameter = property.GetCustomAttributes<ParameterAttribute>(inherit: false).First();
        string[] pipeline =
            [
                .. parameter.ValueFromPipeline ? ["ByValue"] : Array.Empty<string>(),
                .. parameter.ValueFromPipelineByPropertyName ? ["ByPropertyName"] : Array.Empty<string>(),
            ];
        return new ParameterDescription(property.Name, property.PropertyType, docs.Of(property) + docs.OfValues(property.PropertyType))
        {
            Position = parameter.Position >= 0 ? parameter.Position : null,
            IsMandatory = parameter.Mandatory,
            Set = parameter.ParameterSetName == ParameterAttribute.AllParameterSets ? null : parameter.ParameterSetName,
            IsGlobbed = property.IsDefined(typeof(SupportsWildcardsAttribute)),
            PipelineInput = pipeline.Length == 0 ? "False" : $"True ({string.Join(", ", pipeline)})",
            Default = DefaultOf(property, cmdlet),
            Aliases = property.GetCustomAttribute<AliasAttribute>()?.AliasNames.ToArray() ?? [],
        };
    }

    /// <summary>
    /// The text of PSDefaultValue, or else the value of a new cmdlet. If that is empty, and the server has a property of this name, it is
    /// the value of a new server, which is the type of the parameter Server.
    /// </summary>
    private static string DefaultOf(PropertyInfo property, object cmdlet)
    {
        if (property.GetCustomAttribute<PSDefaultValueAttribute>() is { } stated)
            return stated.Help ?? Written(stated.Value);
        var own = property.GetValue(cmdlet);
        if (own is not (null or "" or 0))
            return Written(own);
        var server = cmdlet.GetType().GetProperty("Server")?.PropertyType;
        var part = server?.GetProperty(property.Name)?.GetValue(Activator.CreateInstance(server));
        return Written(part ?? own);
    }

    private static string Written(object? value) => value switch
    {
        null or "" => "None",
        SwitchParameter => "False",
        bool => $"{value}",
        IDictionary { Count: 0 } => "None",
        IDictionary table => string.Join("; ", table.Keys.Cast<object>().Select(key => $"{key} = {table[key]}")),
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object>()) is { Length: > 0 } items ? items : "None",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "None",
    };
}
