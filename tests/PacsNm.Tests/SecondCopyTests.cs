namespace PacsNm.Tests;

/// <summary>The module is imported twice in a session: again, from another folder, or in another version.</summary>
public sealed class SecondCopyTests : IDisposable
{
    /// <summary>Imports a copy, and writes what became of it.</summary>
    private const string Preparation = """
        function Import-Copy($Path, [switch] $Force) {
            $error.Clear()
            try { Import-Module "$Path/PacsNm.psd1" -Force:$Force } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]): $_"; return }
            if ($error) { "Error: $error"; return }
            $pacs = Start-PacsSimulator
            "Works: $((Find-PacsStudy -Server $pacs -LastDays 30 -MaxStudies 1 -WarningAction Ignore).Count)"
            $pacs | Stop-PacsSimulator
        }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("pacsnm-copies-").FullName;

    private readonly string _first;
    private readonly string _second;

    public SecondCopyTests()
    {
        _first = ModuleCopy.Create(Path.Combine(_folder, "first"));
        _second = ModuleCopy.Create(Path.Combine(_folder, "second"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_copy_can_be_imported_again() => Assert.Equal(
        ["Works: 1", "Works: 1", "Works: 1", "Works: 1"],
        Run("Import-Copy $first; Import-Copy $first; Import-Copy $first -Force; Remove-Module PacsNm; Import-Copy $first"));

    [Fact]
    public void Every_runspace_can_import_it() => Assert.Equal(
        ["Find-PacsStudy", "Find-PacsStudy", "Find-PacsStudy", "NoLanguage"],
        Run("""
            $copy = "$first/PacsNm.psd1"
            1..2 | ForEach-Object -Parallel { Import-Module $using:copy; (Get-Command Find-PacsStudy).Name }
            $initial = [initialsessionstate]::CreateDefault2()
            [void] $initial.ImportPSModule($copy)
            $runspace = [runspacefactory]::CreateRunspace($initial)
            $runspace.Open()
            [powershell]::Create($runspace).AddScript('(Get-Command Find-PacsStudy).Name').Invoke()
            $runspace.SessionStateProxy.LanguageMode = 'NoLanguage'
            $again = [powershell]::Create($runspace).AddCommand('Import-Module').AddParameter('Name', $copy).AddParameter('Force', $true)
            [void] $again.Invoke()
            "$($runspace.SessionStateProxy.LanguageMode)"
            """));

    [Fact]
    public void A_second_copy_of_the_same_build_works() => Assert.Equal(
        ["Works: 1", "Works: 1", "Works: 1", "Works: 1"],
        Run("Import-Copy $first; Import-Copy $second; Import-Copy $first -Force; Remove-Module PacsNm; Import-Copy $second -Force"));

    [Theory]
    [InlineData("")]
    [InlineData("Remove-Module PacsNm; ")]
    public void Another_version_is_refused_with_one_error_that_says_what_to_do(string between)
    {
        ModuleCopy.MakeOtherVersion(_second);
        var lines = Run($"Import-Copy $first; {between}Import-Copy $second; Import-Copy $second -Force; Import-Copy $first -Force");
        Assert.Equal("Works: 1", lines[0]);
        Assert.All(lines[1..3], line =>
        {
            Assert.StartsWith("OtherCopyLoaded: ", line, StringComparison.Ordinal);
            Assert.Contains($"from '{_first}'", line, StringComparison.Ordinal);
            Assert.Contains($"PacsNm 9.9.9 from '{_second}'", line, StringComparison.Ordinal);
            Assert.Contains("start a new PowerShell session", line, StringComparison.Ordinal);
        });
        Assert.Equal(["Works: 1"], lines[3..]);
    }

    [Fact]
    public void An_older_version_is_refused_just_as_a_newer_one()
    {
        ModuleCopy.MakeOtherVersion(_second);
        var lines = Run("Import-Copy $second; Import-Copy $first");
        Assert.Equal("Works: 1", lines[0]);
        Assert.StartsWith("OtherCopyLoaded: ", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_build_of_the_same_version_is_refused()
    {
        ModuleCopy.MakeOtherBuild(_second);
        var lines = Run("Import-Copy $first; Import-Copy $second");
        Assert.StartsWith("OtherCopyLoaded: ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_replaced_the_loaded_one_in_its_folder_is_refused()
    {
        ModuleCopy.MakeOtherVersion(_second);
        var lines = Run("""
            Import-Copy $first
            Remove-Module PacsNm
            Remove-Item $first -Recurse
            Move-Item $second $first
            Import-Copy $first
            """);
        Assert.StartsWith("OtherCopyLoaded: ", lines[1], StringComparison.Ordinal);
        Assert.Contains($"PacsNm 9.9.9 from '{_first}'", lines[1], StringComparison.Ordinal);
    }

    private string[] Run(string script)
    {
        var run = HostProcess.Start(
            ["-Command", $"$ErrorActionPreference = 'Stop'; $first = '{_first}'; $second = '{_second}'\n{Preparation}{script}"],
            ("XDG_CONFIG_HOME", _folder));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
