using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace PacsNm.Tests;

/// <summary>What README tells people to type.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly Engine _engine = new();

    private static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");

    /// <summary>All but the nightly job, which SchedulingTests runs, and what Windows alone has.</summary>
    public static TheoryData<string> Blocks =>
    [
        .. Block().Matches(Text).Select(match => match.Groups[1].Value)
            .Where(block => !block.StartsWith("param(", StringComparison.Ordinal) && !block.Contains("ScheduledTask", StringComparison.Ordinal)),
    ];

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(Blocks))]
    public void A_block_runs_as_it_stands(string block)
    {
        // The practice PACS answers in place of the addresses that are examples, and as the default.
        var code = block
            .Replace("./PacsNm.psd1", $"'{Repository.Manifest}'", StringComparison.Ordinal)
            .Replace("PACS@192.0.2.10:104", "PRACTICE@127.0.0.1:$port", StringComparison.Ordinal)
            .Replace("'PRACTICE@127.0.0.1:$port'", "\"PRACTICE@127.0.0.1:$port\"", StringComparison.Ordinal)
            .Replace("-ComputerName 192.0.2.10 -Port 104 -CalledAETitle PACS", "-ComputerName 127.0.0.1 -Port $port -CalledAETitle PRACTICE", StringComparison.Ordinal);
        var script = Path.Combine(_engine.Folder, "readme.ps1");
        File.WriteAllText(script, $$"""
            param([string] $Module, [string] $Folder)
            $ErrorActionPreference = 'Stop'
            Import-Module $Module
            $default = Start-PacsSimulator
            $port = $default.Port
            $default | Set-PacsServer practice -Default
            Set-Location $Folder
            [void] (New-Item -ItemType Directory nm_images)
            {{code}}
            Stop-PacsSimulator
            """);
        var run = HostProcess.Start(["-File", script, "-Module", Repository.Manifest, "-Folder", _engine.Folder], ("XDG_CONFIG_HOME", _engine.Folder), ("PACSNM_SERVER", null));
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
    }

    [Fact]
    public void Every_command_in_its_text_has_the_parameters_that_it_names()
    {
        var commands = _engine.Run("Get-Command -Module PacsNm").ThrowIfFailed().Output
            .Select(command => (CmdletInfo)command.BaseObject).ToDictionary(command => command.Name);
        var named = Code().Matches(Text).Select(match => match.Groups[1].Value.Replace("\\|", "|", StringComparison.Ordinal).Replace("…", "$input", StringComparison.Ordinal))
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
    public void Every_ErrorId_is_in_its_table()
    {
        var topic = File.ReadAllText(Path.Combine(Repository.Root, "en-US", "about_PacsNm_Troubleshooting.help.txt")).ReplaceLineEndings("\n");
        foreach (Match match in Entry().Matches(topic))
            Assert.Contains(match.Groups[1].Value, Text, StringComparison.Ordinal);
    }

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex Code();

    [GeneratedRegex(@"^    ([A-Z][A-Za-z]+)\n        \S", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
