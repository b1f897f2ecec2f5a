using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PacsNm.Tests;

/// <summary>Another module has a CliWrap of its own: both modules work, whichever came first.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsnm-isolation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("3.6.0", "Import-Module $other; [void] (Invoke-OtherProgram getscu)", "")]
    [InlineData("3.6.0", "", "Import-Module $other")]
    [InlineData("3.6.0", "", "Add-Type -Path (Join-Path (Split-Path $other) CliWrap.dll); Import-Module $other")]
    [InlineData("99.0.0", "Import-Module $other; [void] (Invoke-OtherProgram getscu)", "")]
    [InlineData("99.0.0", "", "Import-Module $other")]
    [InlineData("99.0.0", "", "[void] [Reflection.Assembly]::LoadFrom((Join-Path (Split-Path $other) CliWrap.dll)); Import-Module $other")]
    public void Either_module_may_come_first(string version, string before, string after)
    {
        Require.Tool("getscu");
        var other = OtherModule.Create(_folder, Version.Parse(version));
        var run = Run($$"""
            $other = '{{other}}'
            {{before}}
            Import-Module '{{Repository.Manifest}}'
            $pacs = Start-PacsSimulator
            "GetScuVersion $((Test-PacsConnection -Server $pacs).GetScuVersion.Length -gt 0)"
            {{after}}
            "Other $(Invoke-OtherProgram getscu)"
            $study = Find-PacsStudy -Server $pacs -LastDays 30 -MaxStudies 1 -WarningAction SilentlyContinue
            $saved = $study | Save-PacsStudy -Destination saved -Retriever GetScu
            "Saved $($saved.Status) by $($saved.Retriever)"
            "Other $(Invoke-OtherProgram getscu)"
            """);
        Assert.Equal(["GetScuVersion True", $"Other {version}", "Saved Complete by GetScu", $"Other {version}"], run);
    }

    [Fact]
    public void PacsNm_itself_references_no_assembly_of_others()
    {
        foreach (var edition in new[] { "net8.0", "net472" })
        {
            Assert.DoesNotContain("CliWrap", References(edition, "PacsNm.dll"));
            Assert.Contains("PacsNm.Processes", References(edition, "PacsNm.Core.dll"));
            Assert.DoesNotContain("CliWrap", References(edition, "PacsNm.Core.dll"));
        }
    }

    [Fact]
    public void The_engine_does_not_know_PowerShell()
    {
        foreach (var edition in new[] { "net8.0", "net472" })
            Assert.DoesNotContain("System.Management.Automation", References(edition, "PacsNm.Core.dll"));
    }

    private static string[] References(string edition, string assembly)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(Repository.Root, "bin", edition, assembly)));
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))];
    }

    [Fact]
    public void What_a_user_names_a_type_by_is_found()
    {
        var run = Run($$"""
            Import-Module '{{Repository.Manifest}}'
            [PacsNm.PacsServer]::Default.Port
            [PacsNm.Dicom.Services.InformationModel]::PatientRoot
            try { Find-PacsStudy -ComputerName 127.0.0.1 -Port 1 -AllDates -ErrorAction Stop }
            catch [PacsNm.Dicom.Network.DicomNetworkException] { 'caught' }
            (TabExpansion2 'Start-PacsSimulator -Quirk RefuseG').CompletionMatches.CompletionText
            [PacsNm.Simulator.QuirkName]::RefuseGet
            (TabExpansion2 'Find-PacsStudy -InformationModel P').CompletionMatches.CompletionText
            """);
        Assert.Equal(["11112", "PatientRoot", "caught", "RefuseGet", "RefuseGet", "PatientRoot"], run);
    }

    [Fact]
    public void An_assembly_that_cannot_be_loaded_is_not_reported_as_a_disk_error()
    {
        // The module without the library that it starts getscu with.
        Require.Tool("getscu");
        var copy = ModuleCopy.Create(_folder);
        File.Delete(Path.Combine(copy, "bin", "net8.0", "isolated", "CliWrap.dll"));
        var run = Run($$"""
            Import-Module '{{copy}}/PacsNm.psd1'
            $pacs = Start-PacsSimulator
            $study = Find-PacsStudy -Server $pacs -LastDays 30 -MaxStudies 1 -WarningAction SilentlyContinue
            try { $study | Save-PacsStudy -Destination saved -Retriever GetScu -ErrorAction Stop }
            catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
            """);
        Assert.DoesNotContain("Destination", run[0], StringComparison.Ordinal);
        Assert.Contains("CliWrap", run[1], StringComparison.Ordinal);
    }

    /// <summary>Runs a script in a session of its own, in an empty folder.</summary>
    /// <returns>The lines that it wrote.</returns>
    private string[] Run(string script)
    {
        var work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        var run = HostProcess.Start(
            ["-Command", $"$ErrorActionPreference = 'Stop'; Set-Location '{work}'\n{script}"], ("XDG_CONFIG_HOME", work));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
