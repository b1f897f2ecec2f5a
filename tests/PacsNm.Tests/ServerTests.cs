using System.Runtime.InteropServices;

namespace PacsNm.Tests;

/// <summary>Saved servers, in processes of their own: the folder of the file is the process's.</summary>
public sealed class ServerTests : IDisposable
{
    private const string Practice =
        "Set-PacsServer practice -ComputerName 127.0.0.1 -Port 104 -CalledAETitle PACS -CallingAETitle MINE "
        + "-Retriever MoveScu -LocalPort 11200 -DimseTimeoutSeconds 77; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("pacsnm-config-").FullName;

    private string File => Path.Combine(_folder, "pacsnm", "servers.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_saved_is_there_in_the_next_session()
    {
        Run(Practice + "Set-PacsServer other -Server practice -Port 105 -InformationModel PatientRoot -UseTls -Default");
        var shown = Run(
            "Get-PacsServer | ForEach-Object { \"$($_.Name) $_ $($_.CallingAETitle) $($_.Retriever) $($_.LocalPort) "
                + "$($_.DimseTimeoutSeconds) $($_.InformationModel) $($_.UseTls) $($_.IsDefault)\" }");
        Assert.Equal(
            [
                "other PACS@127.0.0.1:105 MINE MoveScu 11200 77 PatientRoot True True",
                "practice PACS@127.0.0.1:104 MINE MoveScu 11200 77 StudyRoot False False",
            ],
            shown);
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public void A_server_is_changed_in_the_parts_that_are_given_and_forgotten_by_name()
    {
        var lines = Run(
            Practice
                + "(Set-PacsServer PRACTICE -Port 204 -LocalPort 0 -PassThru | "
                + "ForEach-Object { \"$_ $($_.CallingAETitle) [$($_.LocalPort)]\" }); "
                + "(Get-PacsServer).Count; Remove-PacsServer practice; @(Get-PacsServer).Count");
        Assert.Equal(["PACS@127.0.0.1:204 MINE []", "1", "0"], lines);
    }

    [Theory]
    [InlineData("", "PACS@127.0.0.1:104 MINE")]
    [InlineData("$env:PACSNM_SERVER = 'other'; ", "OTHER@127.0.0.1:105 ALBIZIA_WG")]
    [InlineData("$env:PACSNM_SERVER = 'THIRD@127.0.0.1:106'; ", "THIRD@127.0.0.1:106 ALBIZIA_WG")]
    [InlineData("Remove-PacsServer practice; ", "EE2006194AMIP@172.19.32.28:11112 ALBIZIA_WG")]
    public void The_default_is_the_variables_or_the_saved_one_or_the_built_in_one(string before, string expected)
    {
        var lines = Run(
            Practice + "Set-PacsServer practice -Default; Set-PacsServer other -ComputerName 127.0.0.1 -Port 105 -CalledAETitle OTHER; "
            + before + "Get-PacsServer -Default | ForEach-Object { \"$_ $($_.CallingAETitle)\" }");
        Assert.Equal([expected], lines);
    }

    [Fact]
    public void Every_cmdlet_takes_a_saved_name_and_the_default_without_one()
    {
        var lines = Run("""
            $pacs = Start-PacsSimulator
            $pacs | Set-PacsServer practice -Default
            (Test-PacsConnection).Succeeded
            (Find-PacsStudy -Server practice -LastDays 3 | ForEach-Object { $_.Server.Name }) -join ' '
            $pacs | Set-PacsServer practice -CallingAETitle NIGHT
            (Find-PacsStudy -Server "$pacs" -LastDays 3 | ForEach-Object { $_.Server.CallingAETitle }) -join ' '
            """);
        Assert.Equal(["True", "practice practice", "NIGHT NIGHT"], lines);
    }

    [Fact]
    public void What_retrieves_is_remembered_with_a_server()
    {
        var lines = Run($$"""
            Start-PacsSimulator | Set-PacsServer practice -Retriever BuiltIn
            $path = '{{_folder}}/d'
            (Find-PacsStudy -Server practice -AccessionNumber ACC0001 | Save-PacsStudy -Destination $path).Retriever
            $study = (Find-PacsStudy -Server practice -AccessionNumber ACC0002).StudyInstanceUid
            (Save-PacsStudy -Server practice -StudyInstanceUid $study -Destination $path).Retriever
            (Save-PacsStudy -Server practice -StudyInstanceUid $study -Destination $path -Retriever GetScu -Force).Retriever
            """);
        Assert.Equal(["BuiltIn", "BuiltIn", "GetScu"], lines);
    }

    [Theory]
    [InlineData("{\n  \"Servers\": [\n    { \"Name\": \"a\",\n      \"Port\": x }\n  ]\n}\n", 4)]
    [InlineData("{\n  \"Servers\": [\n    { \"Name\": \"a\",\n      \"Port\": \"many\" }\n  ]\n}\n", 4)]
    [InlineData("{\n  \"Servers\": [\n", 2)]
    [InlineData("\n\nhello\n", 3)]
    public void A_broken_file_is_named_with_its_line_and_left_as_it_is(string content, int line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
        var messages = Messages(
            "Get-PacsServer", "Set-PacsServer b -ComputerName 127.0.0.1 -CalledAETitle B", "Remove-PacsServer a",
            "Find-PacsStudy -Server a", "Find-PacsStudy");
        Assert.Equal(5, messages.Length);
        Assert.All(messages, message => Assert.Contains($"'{File}' is broken at line {line}:", message, StringComparison.Ordinal));
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void What_cannot_be_used_is_said_with_what_can()
    {
        Run(Practice);
        var messages = Messages(
            "Find-PacsStudy -Server practise", "Get-PacsServer practise", "Set-PacsServer practise -Default",
            "Set-PacsServer 'a@b' -Server practice", "$env:PACSNM_SERVER = 'nobody'; Find-PacsStudy");
        string[] parts =
        [
            "the name of a saved server (practice)", "No server is saved under 'practise'", "give -ComputerName and -CalledAETitle",
            "is not a valid name for a server", "PACSNM_SERVER",
        ];
        Assert.Equal(parts.Length, messages.Length);
        Assert.All(messages.Zip(parts), pair => Assert.Contains(pair.Second, pair.First, StringComparison.Ordinal));
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("104", "70000", StringComparison.Ordinal));
        Assert.Contains(
            "is broken at line 4: Server 'practice': Port must be 1 to 65535", Assert.Single(Messages("Get-PacsServer")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_are_forgotten_by_wildcards_one_by_one()
    {
        var lines = Run("""
            foreach ($name in 'north', 'north 2', 'south') { Set-PacsServer $name -ComputerName 127.0.0.1 -CalledAETitle PACS }
            Remove-PacsServer nor* -WhatIf 6>&1 | Out-Null
            (Get-PacsServer).Name -join ','
            Remove-PacsServer n*, north, x* -ErrorVariable problems
            (Get-PacsServer).Name -join ','
            Remove-PacsServer west -ErrorAction SilentlyContinue -ErrorVariable problems
            "$($problems.FullyQualifiedErrorId)"
            """);
        Assert.Equal(
            ["north,north 2,south", "south", "ServerNotFound,PacsNm.Commands.RemovePacsServerCommand"],
            lines.Where(line => !line.StartsWith("What if", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.StartsWith("What if", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_secret_is_saved_and_a_dry_run_saves_nothing()
    {
        Run(Practice + "Set-PacsServer dry -Server practice -WhatIf; Remove-PacsServer practice -WhatIf");
        var text = System.IO.File.ReadAllText(File);
        Assert.DoesNotContain("dry", text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "ertificate\":", text.Replace("SkipCertificateCheck", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("practice", text, StringComparison.Ordinal);
    }

    private string[] Run(string script)
    {
        var run = HostProcess.Run(script, ("XDG_CONFIG_HOME", _folder), ("PACSNM_SERVER", null));
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs commands that fail, in one session.</summary>
    /// <returns>The message of each.</returns>
    private string[] Messages(params string[] commands) => Run(string.Join(
        '\n', commands.Select(command => $"try {{ $ErrorActionPreference = 'Stop'; {command} }} catch {{ \"$_\" }}")));
}
