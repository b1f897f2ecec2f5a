using System.Management.Automation;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>The module as it is built and imported.</summary>
public sealed class ModuleTests
{
    [Fact]
    public void The_manifest_exports_what_the_assembly_has()
    {
        using var engine = new Engine();
        var exported = engine.Run("(Get-Module PacsNm).ExportedCmdlets.Keys").ThrowIfFailed().Output.Select(name => $"{name}");
        var manifest = engine.Run(
            "(Test-ModuleManifest $manifest).ExportedCmdlets.Keys", ("manifest", Repository.Manifest)).ThrowIfFailed();
        Assert.Equal(manifest.Output.Select(name => $"{name}").Order(), exported.Order());
        Assert.NotEmpty(manifest.Output);
    }

    [Fact]
    public void It_can_be_imported_again_with_force()
    {
        using var engine = new Engine();
        var result = engine.Run(
            "Import-Module $manifest -Force -ErrorAction Stop; (Get-Command Find-PacsStudy).ModuleName", ("manifest", Repository.Manifest));
        Assert.Equal(["PacsNm"], result.ThrowIfFailed().Output.Select(name => $"{name}"));
    }

    [Fact]
    public void Its_folders_hold_assemblies_of_ours_and_those_of_others_apart()
    {
        Assert.Equal(["PacsNm.Core.dll", "PacsNm.Dicom.dll", "PacsNm.Simulator.dll", "PacsNm.dll"], Files("net8.0"));
        Assert.Equal(
            [
                "CliWrap.dll", "CommunityToolkit.HighPerformance.dll", "K4os.Compression.LZ4.dll",
                "Microsoft.IO.RecyclableMemoryStream.dll", "PacsNm.Parquet.dll", "PacsNm.Processes.dll",
                "Parquet.dll", "Snappier.dll", "ZstdSharp.dll",
            ],
            Files("net8.0", "isolated"));
        Assert.DoesNotContain("CliWrap.dll", Files("net472"));
        Assert.Contains("CliWrap.dll", Files("net472", "isolated"));

        static string[] Files(params string[] folder)
        {
            var files = Directory.EnumerateFiles(Path.Combine([Repository.Root, "bin", .. folder]));
            return [.. files.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void Every_cmdlet_states_its_output_and_stays_with_the_conventions()
    {
        using var engine = new Engine();
        var commands = engine.Run("Get-Command -Module PacsNm").ThrowIfFailed().Output
            .Select(command => Assert.IsType<CmdletInfo>(command.BaseObject));
        foreach (var command in commands)
        {
            Assert.True(command.Verb == "Stop" || command.OutputType.Count > 0, $"{command.Name} has no OutputType.");
            Assert.Equal($"{command.Verb}{command.Noun}Command", command.ImplementingType.Name);

            // Of several sets the default is one: input from the pipeline, or nothing at all, is never ambiguous.
            Assert.True(
                command.ParameterSets.Count == 1 || command.ParameterSets.Any(set => set.IsDefault), $"{command.Name} has no default set.");
            foreach (var set in command.ParameterSets)
                AssertReadsWell(command, set);
            if (command.Verb == "Save")
                Assert.Contains("WhatIf", command.Parameters.Keys);
        }
    }

    /// <summary>What must be given comes first, each position is taken once, and one parameter at most takes objects of its type.</summary>
    private static void AssertReadsWell(CmdletInfo command, CommandParameterSetInfo set)
    {
        var positions = set.Parameters.Where(parameter => parameter.Position >= 0).Select(parameter => parameter.Position).Order()
            .ToArray();
        Assert.Equal(Enumerable.Range(0, positions.Length), positions);
        var typed = set.Parameters.Where(parameter => parameter.ValueFromPipeline && parameter.ParameterType != typeof(PSObject));
        Assert.True(typed.Count() <= 1, $"{command.Name}, {set.Name}: {string.Join(", ", typed.Select(parameter => parameter.Name))}");
        Assert.All(set.Parameters, parameter => Assert.False(parameter.ValueFromRemainingArguments, $"{command.Name} -{parameter.Name}"));
    }

    [Fact]
    public void The_defaults_are_those_of_the_script_that_it_replaces()
    {
        // Nothing connects to it: the default is looked at, not used.
        using var engine = new Engine();
        var text = engine.Run("[PacsNm.PacsServer]::Default.ToString(); [PacsNm.PacsServer]::Default.CallingAETitle").ThrowIfFailed();
        Assert.Equal(["EE2006194AMIP@172.19.32.28:11112", "ALBIZIA_WG"], text.Output.Select(line => $"{line}"));
    }

    [Fact]
    public void A_practice_PACS_is_stopped_by_name_and_with_the_module_of_its_own_session()
    {
        using var other = new Engine();
        var others = other.Run("$pacs = Start-PacsSimulator; $pacs.Port").ThrowIfFailed().Output[0];
        using var engine = new Engine();
        var ports = engine.Run(
            "$a = Start-PacsSimulator; $b = Start-PacsSimulator; $a.Port; $b.Port; $a | Stop-PacsSimulator; "
                + "Test-PacsConnection -Quiet -Server $a; Test-PacsConnection -Quiet -Server $b; Remove-Module PacsNm")
            .ThrowIfFailed().Output;
        Assert.Equal([false, true], ports.Skip(2).Select(value => value.BaseObject));
        Assert.NotEqual(0, Dcmtk.TryRun("echoscu", "-aec", "PRACTICE", "127.0.0.1", $"{ports[1]}").ExitCode);
        Dcmtk.Run("echoscu", "-aec", "PRACTICE", "127.0.0.1", $"{others}");
        other.Run("Stop-PacsSimulator").ThrowIfFailed();
        Assert.NotEqual(0, Dcmtk.TryRun("echoscu", "-aec", "PRACTICE", "127.0.0.1", $"{others}").ExitCode);
    }
}
