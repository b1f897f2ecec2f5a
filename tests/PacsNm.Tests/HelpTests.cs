using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PacsNm.Tests;

/// <summary>What Get-Help says, held against the cmdlets as they are.</summary>
public sealed partial class HelpTests : IDisposable
{
    private readonly Engine _engine = new();

    public static TheoryData<string> Names
    {
        get
        {
            using var engine = new Engine();
            return [.. engine.Run("(Get-Module PacsNm).ExportedCmdlets.Keys").ThrowIfFailed().Output.Select(name => $"{name}")];
        }
    }

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Help_is_complete(string name)
    {
        var help = Help(name);
        Assert.DoesNotContain(name, Text(help, "Synopsis"), StringComparison.Ordinal);
        Assert.True(Text(help, "description").Length > 100, "There is no description.");
        Assert.True(Items(help, "examples", "example").Length >= 3, "There are fewer than three examples.");
        Assert.Contains("See also: ", Text(help, "description"), StringComparison.Ordinal);
        Assert.NotEmpty(Text(Value(help, "alertSet"), "alert"));
        foreach (var output in Items(help, "returnValues", "returnValue")
            .Where(output => Text(Value(output, "type"), "name").StartsWith("PacsNm.", StringComparison.Ordinal)))
        {
            var type = _engine.Run($"[{Text(Value(output, "type"), "name")}]").ThrowIfFailed().Output[0].BaseObject as Type;
            foreach (var property in type!.GetProperties().Where(property => property.GetIndexParameters().Length == 0))
                Assert.Contains($"{property.Name} (", Text(output, "description"), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Help_names_each_parameter_as_it_is_and_no_other(string name)
    {
        var command = Assert.IsType<CmdletInfo>(_engine.Run($"Get-Command {name}").ThrowIfFailed().Output[0].BaseObject);
        var parameters = Items(Help(name), "parameters", "parameter").ToDictionary(parameter => Text(parameter, "name"));
        var expected = command.Parameters.Values.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name)).ToArray();
        Assert.Equal(
            expected.Select(parameter => parameter.Name).Order(StringComparer.Ordinal), parameters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            command.ParameterSets.Select(
                set => Names(set.Parameters.Select(parameter => parameter.Name).Intersect(parameters.Keys))).Order(StringComparer.Ordinal),
            Items(Help(name), "syntax", "syntaxItem")
                .Select(item => Names(Items(item, "parameter").Select(parameter => Text(parameter, "name"))))
                .Order(StringComparer.Ordinal));

        static string Names(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
        foreach (var parameter in expected)
        {
            var help = parameters[parameter.Name];
            var set = Assert.Single(parameter.ParameterSets.Values);
            Assert.NotEmpty(Text(help, "description"));
            Assert.Equal(set.IsMandatory ? "true" : "false", Text(help, "required"));
            Assert.Equal(set.Position >= 0 ? $"{set.Position}" : "named", Text(help, "position"));
            Assert.Equal(
                set.ValueFromPipeline || set.ValueFromPipelineByPropertyName,
                Text(help, "pipelineInput").StartsWith("True", StringComparison.Ordinal));
            Assert.Equal(parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases), Text(help, "aliases"));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Help_gives_the_default_of_each_number_and_choice(string name)
    {
        var command = Assert.IsType<CmdletInfo>(_engine.Run($"Get-Command {name}").ThrowIfFailed().Output[0].BaseObject);
        var parameters = Items(Help(name), "parameters", "parameter")
            .ToDictionary(parameter => Text(parameter, "name"), parameter => Text(parameter, "defaultValue"));
        foreach (var parameter in command.Parameters.Values.Where(parameter => parameters.ContainsKey(parameter.Name)))
        {
            var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
            if (type == typeof(SwitchParameter))
                Assert.Equal("False", parameters[parameter.Name]);
            else if (type.IsEnum || (type.IsPrimitive && type != typeof(bool)))
                Assert.True(parameters[parameter.Name] is not ("None" or ""), $"{name} -{parameter.Name}");
        }
    }

    [Theory]
    [InlineData("Save-PacsStudy", "TimeoutSeconds", "300")]
    [InlineData("Save-PacsStudy", "MaxImages", "0")]
    [InlineData("Save-PacsStudy", "LocalPort", "11112")]
    [InlineData("Save-PacsStudy", "Port", "11112")]
    [InlineData("Find-PacsStudy", "DimseTimeoutSeconds", "30")]
    [InlineData("Find-PacsStudy", "CallingAETitle", "ALBIZIA_WG")]
    [InlineData("Find-PacsStudy", "InformationModel", "StudyRoot")]
    [InlineData("Start-PacsSimulator", "Port", "A free port")]
    public void A_default_in_help_is_the_one_that_is_used(string name, string parameter, string value) =>
        Assert.Equal(
            value, Text(Items(Help(name), "parameters", "parameter").Single(item => Text(item, "name") == parameter), "defaultValue"));

    [Theory, MemberData(nameof(Names))]
    public void Its_examples_run(string name)
    {
        var script = Path.Combine(_engine.Folder, "examples.ps1");
        var examples = Items(Help(name), "examples", "example").Select(example => Text(example, "code"));
        File.WriteAllText(
            script,
            Preparation + string.Join("\n", examples.Select(example => $"Start-Example {{ {example}\n}}")) + "\nStop-PacsSimulator");
        var run = HostProcess.Start(
            ["-File", script, "-Module", Repository.Manifest, "-Folder", _engine.Folder], ("XDG_CONFIG_HOME", _engine.Folder),
            ("PACSNM_SERVER", null));
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
    }

    [Theory, MemberData(nameof(Names))]
    public void No_help_online_is_promised(string name)
    {
        // Get-Help -Online itself says that there is none; what Get-Help shows must not send the user there.
        var shown = string.Concat(_engine.Run($"Get-Help {name} | Out-String").ThrowIfFailed().Output);
        Assert.Contains("-Examples", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("-Online", shown, StringComparison.Ordinal);
        Assert.Empty($"{_engine.Run($"(Get-Command {name}).HelpUri").ThrowIfFailed().Output[0]}");
        Assert.Contains(
            "cannot be displayed because the Internet address (URI) of the Help topic is not specified",
            _engine.Run($"Get-Help {name} -Online").Terminating?.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pacsnm-slurm.sh")]
    [InlineData("pacsnm-kubernetes.yaml")]
    public void The_files_for_a_cluster_are_those_of_the_help(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "Examples", name))
            .Select(line => line.Length > 0 ? $"      {line}" : "");
        var topic = File.ReadAllText(Path.Combine(Repository.Root, "en-US", "about_PacsNm_Cluster.help.txt")).ReplaceLineEndings("\n");
        Assert.Contains(string.Join('\n', lines) + "\n", topic, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_ErrorId_has_its_cause_and_remedy()
    {
        var topic = _engine.Run("Get-Help about_PacsNm_Troubleshooting").ThrowIfFailed().Output[0].ToString();
        string[] files = ["PacsNm/ErrorRecords.cs", "PacsNm/JobErrors.cs", "PacsNm/TableErrors.cs", "PacsNm.CopyCheck/CopyCheck.cs"];
        var source = string.Concat(files
            .Select(file => File.ReadAllText(Path.Combine(Repository.Root, "src", file))));
        var ids = ErrorId().Matches(source).Select(match => match.Value.Trim('"')).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.True(ids.Length > 20, string.Join(" ", ids));
        var explained = Entry().Matches(topic.ReplaceLineEndings("\n")).Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal);
        Assert.Equal(ids, explained);
    }

    [Theory]
    [InlineData("about_PacsNm")]
    [InlineData("about_PacsNm_Cluster")]
    [InlineData("about_PacsNm_FromPython")]
    [InlineData("about_PacsNm_Jobs")]
    [InlineData("about_PacsNm_Proof")]
    [InlineData("about_PacsNm_Safety")]
    [InlineData("about_PacsNm_Scheduling")]
    [InlineData("about_PacsNm_Troubleshooting")]
    public void A_topic_is_found_and_names_only_what_there_is(string name)
    {
        var text = _engine.Run($"Get-Help {name}").ThrowIfFailed().Output[0].ToString().ReplaceLineEndings("\n");
        Assert.Contains("LONG DESCRIPTION", text, StringComparison.Ordinal);

        // A command may be longer than 80 characters: it must run as it stands, which ReadmeTests tests.
        var commandLines = ReadmeTests.BlocksIn(text).SelectMany(block => block.Split('\n')).ToHashSet();
        string[] prose = [.. text.Split('\n').Where(line => !commandLines.Contains(line))];
        Assert.All(prose, line => Assert.True(line.TrimEnd().Length <= 80, line));
        var commands = Names.Select(row => row.Data).ToHashSet();
        foreach (Match match in Command().Matches(text))
            Assert.Contains(match.Value, commands);
        var script = Path.Combine(Repository.Root, "Examples", "pacsnm-daily.ps1");
        var parameters = _engine.Run(
            $"& {{ Get-Command -Module PacsNm; Get-Command '{script}' }} | ForEach-Object {{ $_.Parameters.Keys; "
                + "$_.Parameters.Values.Aliases }")
            .ThrowIfFailed().Output.Select(parameter => $"-{parameter}").Concat(OtherParameters).ToHashSet();
        foreach (Match match in Parameter().Matches(string.Join('\n', prose)))
            Assert.Contains(match.Value.Trim(), parameters);
    }

    [Fact]
    public void Each_topic_is_linked_from_the_first_one()
    {
        var first = _engine.Run("Get-Help about_PacsNm").ThrowIfFailed().Output[0].ToString();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "PacsNm", "en-US")))
            Assert.Contains(Path.GetFileName(path).Split('.')[0], first, StringComparison.Ordinal);
    }

    /// <summary>What the topics name of PowerShell itself.</summary>
    private static readonly string[] OtherParameters =
        ["-NonInteractive", "-Scope", "-NoProfile", "-NoElement", "-Command"];

    /// <summary>What the examples take for granted: saved servers, an archive, a study. Each runs in a folder of its own.</summary>
    private const string Preparation = """
        param([string] $Module, [string] $Folder)
        $ErrorActionPreference = 'Stop'
        Import-Module $Module
        function Start-Example {
            param([scriptblock] $Code)
            Stop-PacsSimulator
            $pacs = Start-PacsSimulator
            Get-PacsServer | Remove-PacsServer
            $pacs | Set-PacsServer hospital -Default
            $old, $new = $pacs, $pacs
            New-Item -ItemType Directory -Path $Folder -Name ([guid]::NewGuid()) | Set-Location
            $study = Find-PacsStudy -LastDays 1 -MaxStudies 1
            $saved = Find-PacsStudy -LastDays 1 | Save-PacsStudy -MaxStudies 1
            Find-PacsStudy -LastDays 3 | Export-Csv studies.csv
            Find-PacsStudy -LastDays 3 | Select-Object AccessionNumber, PatientId, @{ n = 'SubjectId'; e = { "S$($_.PatientId)" } } |
                Export-Csv cohort.csv
            if ("$Code" -match '(Invoke|Get|Remove)-PacsJob') {
                Import-Csv cohort.csv | New-PacsJob cohort -Server hospital -Destination ./cohort
            }
            $env:SLURM_ARRAY_TASK_ID, $env:SLURM_ARRAY_TASK_MIN, $env:SLURM_ARRAY_TASK_COUNT = 0, 0, 16

            # The hours of an example are not those of the test.
            & ([scriptblock]::Create("$Code".Replace('19:00-06:00', '00:00-24:00')))
        }

        """;

    private PSObject Help(string name) => _engine.Run($"Get-Help {name} -Full").ThrowIfFailed().Output[0];

    private static PSObject Value(PSObject item, string property) => PSObject.AsPSObject(item.Properties[property]?.Value ?? "");

    private static string Text(PSObject item, string property) => Text(item.Properties[property]?.Value);

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        PSObject { BaseObject: string text } => text,
        PSObject { BaseObject: IEnumerable list } => Text(list),
        IEnumerable list => string.Join("\n", list.Cast<object?>().Select(Text)),
        PSObject item when item.Properties["Text"] is { } text => Text(text.Value),
        _ => $"{value}",
    };

    private static PSObject[] Items(PSObject item, string list, string element) => Items(Value(item, list), element);

    private static PSObject[] Items(PSObject item, string element) => item.Properties[element]?.Value switch
    {
        null => [],
        object[] several => [.. several.Select(PSObject.AsPSObject)],
        PSObject { BaseObject: object[] several } => [.. several.Select(PSObject.AsPSObject)],
        var one => [PSObject.AsPSObject(one)],
    };

    // An ErrorId stands before its category, or first in an argument's error.
    [GeneratedRegex(@"""[A-Z]\w+""(?=\s*:\s*""|,\s*ErrorCategory)|(?<=Argument\(\s*)""[A-Z]\w+""")]
    private static partial Regex ErrorId();

    [GeneratedRegex(@"^    ([A-Z][A-Za-z]+)\n        \S", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex("(Find|Save|Test|Get|Set|New|Invoke|Remove|Start|Stop|Export)-Pacs[A-Za-z]+")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<= )-[A-Z][A-Za-z]+", RegexOptions.Multiline)]
    private static partial Regex Parameter();
}
