using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What README, the about topics and the pages for developers tell people to type.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string Readme = "README.md";

    /// <summary>A document has up to twenty commands, and some of them start PowerShell.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Engine _engine = new();
    private readonly int _port = LoopbackPort.Free();
    private readonly int _movePort = LoopbackPort.Free();

    /// <summary>README, and the about topics as they are in the source.</summary>
    public static TheoryData<string> Documents =>
    [
        Readme,
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "PacsNm", "en-US"), "about_*.help.txt")
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Documents that have commands of dotnet.</summary>
    public static TheoryData<string> Pages => [Readme, "src/README.md", "tests/PacsNm.Benchmarks/README.md"];

    /// <summary>The blocks of commands in an about topic, one after the other.</summary>
    public static IEnumerable<string> BlocksIn(string topic) => IndentedBlock().Matches(topic).Select(match => match.Value);

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(Documents))]
    public void Its_commands_run_as_they_stand(string document)
    {
        var text = TextOf(document);
        string[] blocks = document == Readme
            ? [.. FencedBlock().Matches(text).Select(match => match.Groups[1].Value)]
            : [.. BlocksIn(text)];
        Assert.NotEmpty(blocks);
        if (blocks.Any(block => block.Contains("MoveScu", StringComparison.Ordinal)))
            Require.Tool("movescu");
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "blocks")).FullName;
        for (var i = 0; i < blocks.Length; i++)
            File.WriteAllText(Path.Combine(folder, $"{i:000}.ps1"), Localize(blocks[i]));
        PrepareUserFolders();
        var script = Path.Combine(_engine.Folder, "document.ps1");
        File.WriteAllText(script, Localize(Session));
        var run = HostProcess.StartUnder(
            Limit, [], ["-File", script],
            ("XDG_CONFIG_HOME", _engine.Folder), ("PACSNM_SERVER", null),
            ("PSModulePath", Path.Combine(_engine.Folder, "modules")),
            ("PATH", Path.Combine(_engine.Folder, "programs") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH")));
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.EndsWith($"{blocks.Length} blocks", run.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_in_the_text_of_README_has_the_parameters_that_it_names()
    {
        var commands = _engine.Run("Get-Command -Module PacsNm").ThrowIfFailed().Output
            .Select(command => (CmdletInfo)command.BaseObject).ToDictionary(command => command.Name);
        var named = InlineCode().Matches(TextOf(Readme)).Select(match => match.Groups[1].Value)
            .Where(code => code.Contains("-Pacs", StringComparison.Ordinal)).ToArray();
        Assert.True(named.Length > 5, string.Join('\n', named));
        foreach (var code in named)
        {
            var script = Parser.ParseInput(code, out _, out var errors);
            Assert.True(errors.Length == 0, code);
            foreach (var command in script.FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (command.GetCommandName() is not { } name || !name.Contains("-Pacs", StringComparison.Ordinal))
                    continue;
                Assert.Contains(name, commands.Keys);
                foreach (var parameter in command.CommandElements.OfType<CommandParameterAst>())
                    Assert.NotNull(commands[name].ResolveParameter(parameter.ParameterName));
            }
        }
    }

    [Fact]
    public void Every_parameter_in_the_text_of_README_belongs_to_a_cmdlet()
    {
        var parameters = _engine.Run(
            "Get-Command -Module PacsNm | ForEach-Object { $_.Parameters.Keys; $_.Parameters.Values.Aliases }").ThrowIfFailed()
            .Output.Select(parameter => $"{parameter}").ToHashSet();
        var named = InlineCode().Matches(TextOf(Readme)).Select(match => match.Groups[1].Value)
            .Where(code => code.StartsWith('-')).Select(code => code[1..].Split(' ')[0]).ToArray();
        Assert.True(named.Length > 10, string.Join('\n', named));
        Assert.All(named, name => Assert.Contains(name, parameters));
    }

    /// <summary>Strict mode does not see what stands in a script block for a case that the practice PACS does not make.</summary>
    [Theory, MemberData(nameof(Documents))]
    public void Every_property_in_its_commands_is_one_of_an_object(string document)
    {
        var properties = _engine.Run("""
            $assemblies = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -like 'PacsNm*' -and -not $_.IsDynamic }
            $assemblies.GetExportedTypes().GetProperties().Name; [System.Management.Automation.ErrorRecord].GetProperties().Name
            """).ThrowIfFailed().Output.Select(name => $"{name}").ToHashSet();
        foreach (Match match in Regex.Matches(TextOf(document), @"(?<=\$(?:_|saved)\.)\w+"))
            Assert.Contains(match.Value, properties);
    }

    /// <summary>They take minutes to hours, so what they name is looked up: projects, tasks, test classes, variables, words.</summary>
    [Theory, MemberData(nameof(Pages))]
    public void Its_commands_of_dotnet_name_what_there_is(string page)
    {
        var lines = DotnetLine().Matches(TextOf(page));
        Assert.NotEmpty(lines);
        var build = File.ReadAllText(Path.Combine(Repository.Root, "build.ps1"));
        var tasks = Regex.Match(build, @"ValidateSet\(([^)]*)\)\]\s*\[string\] \$Task").Groups[1].Value;
        foreach (Match line in lines)
        {
            foreach (Match task in Regex.Matches(line.Value, @"-Task (\w+)"))
                Assert.Contains($"'{task.Groups[1].Value}'", tasks, StringComparison.Ordinal);
            foreach (Match script in Regex.Matches(line.Value, @"\./\S+"))
                Assert.True(File.Exists(Path.Combine(Repository.Root, script.Value)), line.Value);
            if (Regex.Match(line.Value, @"(?:dotnet test|--project) (\S+)") is not { Success: true } match)
                continue;
            var project = Path.Combine(Repository.Root, match.Groups[1].Value);
            Assert.True(Directory.Exists(project), line.Value);
            var source = string.Concat(Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
            foreach (Match variable in Regex.Matches(line.Value, @"\b([A-Z_]+)=\S"))
                Assert.Contains($"\"{variable.Groups[1].Value}\"", source, StringComparison.Ordinal);
            foreach (Match filter in Regex.Matches(line.Value, @"--filter (\w+)"))
                Assert.Contains($"class {filter.Groups[1].Value}", source, StringComparison.Ordinal);
            var words = line.Value.Split(" -- ").Skip(1).SelectMany(each => each.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            foreach (var word in words)
                Assert.Contains($"\"{word}\"", source, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Each block starts with a fresh practice PACS as the default server, and has what the documents take for granted: an
    /// archive, a log, a table, an error. Strict mode finds a misspelled property.
    /// </summary>
    private const string Session = """
        $ErrorActionPreference = 'Stop'
        Set-StrictMode -Version 3.0
        Import-Module PacsNm

        # What Windows has. The task is run when it is registered.
        function New-ScheduledTaskAction {
            [CmdletBinding()]
            param([string] $Execute, [string] $Argument)
            @{ Execute = $Execute; Argument = $Argument }
        }
        function New-ScheduledTaskTrigger { [CmdletBinding()] param([switch] $Daily, [datetime] $At) "$Daily $At" }
        function New-ScheduledTaskSettingsSet {
            [CmdletBinding()]
            param(
                [timespan] $ExecutionTimeLimit,
                [ValidateSet('Parallel', 'Queue', 'IgnoreNew')] $MultipleInstances,
                [switch] $StartWhenAvailable
            )
            "$ExecutionTimeLimit $MultipleInstances $StartWhenAvailable"
        }
        function New-ScheduledTaskPrincipal {
            [CmdletBinding()]
            param(
                [string] $UserId,
                [ValidateSet('None', 'Password', 'S4U', 'Interactive', 'Group', 'ServiceAccount', 'InteractiveOrPassword')] $LogonType
            )
            "$UserId $LogonType"
        }
        function Register-ScheduledTask {
            [CmdletBinding()]
            param([string] $TaskName, $Action, $Trigger, $Settings, $Principal)
            if ($Action.Execute -ne 'pwsh.exe') { throw "$TaskName starts $($Action.Execute)." }
            $words = $Action.Argument -split ' '
            & pwsh @words
        }

        $count = 0
        foreach ($file in Get-ChildItem -LiteralPath '{Folder}/blocks' | Sort-Object Name) {
            Stop-PacsSimulator
            Get-PacsServer | Remove-PacsServer
            $env:PACSNM_SERVER = $null
            Start-PacsSimulator -AETitle PACS -Port {Port} -MoveDestination @{ ALBIZIA_WG = {MovePort}; MYSTATION = {MovePort} } |
                Set-PacsServer hospital -Default
            New-Item -ItemType Directory -Path '{Folder}' -Name ([guid]::NewGuid()) | Set-Location
            Find-PacsStudy -LastDays 3 | Save-PacsStudy -MaxStudies 1 -LogPath download.log | Out-Null
            Find-PacsStudy -LastDays 3 | Select-Object AccessionNumber, @{ n = 'SubjectId'; e = { "S$($_.AccessionNumber)" } } |
                Export-Csv cohort.csv
            if ((Get-Content $file.FullName -Raw) -match '^(?s)(?!.*New-PacsJob).*-PacsJob') {
                Import-Csv cohort.csv | New-PacsJob cohort -Server hospital -Destination ./cohort | Out-Null
            }
            $env:SLURM_ARRAY_TASK_ID, $env:SLURM_ARRAY_TASK_MIN, $env:SLURM_ARRAY_TASK_COUNT = 0, 0, 16
            try { Find-PacsStudy -AccessionNumber NONE } catch { $null = $_ }
            $global:LASTEXITCODE = 0
            try {
                & $file.FullName
                if ($LASTEXITCODE -ne 0) { throw "The exit code is $LASTEXITCODE." }
            }
            catch {
                [Console]::Error.WriteLine("$(Get-Content -LiteralPath $file.FullName -Raw)`n$_`n$($_.ScriptStackTrace)")
                exit 1
            }
            $count++
        }
        Stop-PacsSimulator
        "$count blocks"
        """;

    /// <summary>The practice PACS answers in place of the addresses that are examples; folders and days are those of the test.</summary>
    private string Localize(string code)
    {
        var yesterday = DateTime.Today.AddDays(-1).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var local = code
            .Replace("{Folder}", _engine.Folder, StringComparison.Ordinal)
            .Replace("{Port}", $"{_port}", StringComparison.Ordinal)
            .Replace("{MovePort}", $"{_movePort}", StringComparison.Ordinal)
            .Replace("-LocalPort 11112", $"-LocalPort {_movePort}", StringComparison.Ordinal)
            .Replace("19:00-06:00", "00:00-24:00", StringComparison.Ordinal)
            .Replace("192.0.2.10:104", $"127.0.0.1:{_port}", StringComparison.Ordinal)
            .Replace("-ComputerName 192.0.2.10 -Port 104", $"-ComputerName 127.0.0.1 -Port {_port}", StringComparison.Ordinal)
            .Replace("20210901", yesterday, StringComparison.Ordinal)
            .Replace("20210930", DateTime.Today.ToString("yyyyMMdd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("./PacsNm.psd1", $"{_engine.Folder}/modules/PacsNm/PacsNm.psd1", StringComparison.Ordinal)
            .Replace("/path/to/output", $"{_engine.Folder}/output", StringComparison.Ordinal)
            .Replace("/srv/pacsnm", $"{_engine.Folder}/jobs", StringComparison.Ordinal)
            .Replace("/data/nm", $"{_engine.Folder}/data/nm", StringComparison.Ordinal)
            .Replace(@"C:\pacsnm\", $"{_engine.Folder}/jobs/", StringComparison.Ordinal)
            .Replace(@"D:\nm", $"{_engine.Folder}/data/nm", StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.", local, StringComparison.Ordinal);
        Assert.DoesNotContain("172.", local, StringComparison.Ordinal);

        // A line for cron is a command of the shell.
        return CronLine().Replace(local, "sh -c '$1'");
    }

    /// <summary>The module on the module path, pwsh on the path, the nightly script where the jobs are, and an archive.</summary>
    private void PrepareUserFolders()
    {
        var modules = Directory.CreateDirectory(Path.Combine(_engine.Folder, "modules")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(modules, "PacsNm"), Repository.Root);
        var jobs = Directory.CreateDirectory(Path.Combine(_engine.Folder, "jobs")).FullName;
        File.Copy(Path.Combine(Repository.Root, "Examples", "pacsnm-daily.ps1"), Path.Combine(jobs, "pacsnm-daily.ps1"));
        Directory.CreateDirectory(Path.Combine(_engine.Folder, "data", "nm"));
        var programs = Directory.CreateDirectory(Path.Combine(_engine.Folder, "programs")).FullName;
        var pwsh = Path.Combine(programs, "pwsh");
        File.WriteAllText(pwsh, $"#!/bin/sh\nexec {string.Join(' ', HostProcess.CommandLine().Select(word => $"'{word}'"))} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(pwsh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string TextOf(string document) => File.ReadAllText(Path.Combine(Repository.Root, document)).ReplaceLineEndings("\n");

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FencedBlock();

    // A paragraph whose lines are all indented by eight spaces or more.
    [GeneratedRegex(@"(?<=\n\n)(?: {8,}\S[^\n]*\n)+(?=\n|\z)")]
    private static partial Regex IndentedBlock();

    [GeneratedRegex("(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^(?:[A-Z_]+=\S+ )*dotnet [^\n`]*|(?<=`)dotnet [^\n`]*(?=`)", RegexOptions.Multiline)]
    private static partial Regex DotnetLine();

    [GeneratedRegex(@"^\s*\d+ \d+ \* \* \* ([^\n]+)", RegexOptions.Multiline)]
    private static partial Regex CronLine();
}
