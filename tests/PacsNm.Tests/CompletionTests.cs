using System.Management.Automation;

namespace PacsNm.Tests;

/// <summary>What the tabulator key offers.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("Find-PacsStudy -Modality N", "NM", "Nuclear Medicine")]
    [InlineData("Find-PacsStudy -Modality NM,p", "PT", "Positron emission tomography")]
    [InlineData("Find-PacsSeries -Modality K", "KO", "Key Object Selection")]
    [InlineData("Find-PacsStudy -Property PatientCom", "PatientComments", "(0010,4000) LT, 1 value(s)")]
    [InlineData("Find-PacsStudy -Filter PatientSe", "@{ PatientSex = '' }", "(0010,0040) CS, 1 value(s)")]
    [InlineData("Find-PacsStudy -Filter ", "@{ PatientSex = '' }", "(0010,0040) CS, 1 value(s)")]
    [InlineData("Find-PacsStudy -Filter @{ PatientSe", "PatientSex", null)]
    [InlineData("Find-PacsStudy -Filter @{ PatientSex = 'F'; Stud", "StudyDescription", null)]
    [InlineData("Find-PacsSeries -Filter @{ ", "BodyPartExamined", null)]
    [InlineData("Find-PacsStudy -FallbackEncoding 'ISO_IR 19", "'ISO_IR 192'", "Unicode in UTF-8")]
    [InlineData("Find-PacsStudy -FallbackEncoding 'ISO_IR 14", "'ISO_IR 144'", "Cyrillic")]
    [InlineData("Find-PacsSeries -FallbackEncoding ", "GB18030", "Chinese, GB18030")]
    [InlineData("Save-PacsStudy -Layout ", "Tree", "PatientID/StudyInstanceUID/SeriesInstanceUID/SOPInstanceUID.dcm")]
    [InlineData("Save-PacsStudy -Layout '{StudyDate}/{Acces", "'{StudyDate}/{AccessionNumber}'", "(0008,0050) SH, 1 value(s)")]
    [InlineData("Save-PacsStudy -Retriever M", "MoveScu", null)]
    [InlineData("Save-PacsStudy -ThrottleLimit ", "Auto", "As many as the PACS serves without slowing down")]
    [InlineData("Save-PacsSeries -ThrottleLimit ", "8", "8 at the same time")]
    public void A_value_is_offered_with_what_it_means(string input, string text, string? toolTip)
    {
        var offered = CommandCompletionOf(input);
        var match = Assert.Single(offered, result => result.CompletionText == text);
        if (toolTip is not null)
            Assert.Equal(toolTip, match.ToolTip);
    }

    [Fact]
    public void A_saved_server_is_offered_by_its_name()
    {
        var folder = Directory.CreateTempSubdirectory("pacsnm-config-");
        try
        {
            const string script = """
                Set-PacsServer 'night shift' -ComputerName 127.0.0.1 -Port 104 -CalledAETitle PACS
                $commands = 'Find-PacsStudy -Server ni', 'Save-PacsStudy -Server ', 'Remove-PacsServer n', 'Test-PacsConnection -Server '
                foreach ($command in $commands) {
                    $completion = [System.Management.Automation.CommandCompletion]::CompleteInput($command, $command.Length, $null)
                    $completion.CompletionMatches[0] | ForEach-Object { "$($_.CompletionText) $($_.ToolTip)" }
                }
                """;
            var run = HostProcess.Run(script, ("XDG_CONFIG_HOME", folder.FullName));
            Assert.Equal(
                Enumerable.Repeat("'night shift' PACS@127.0.0.1:104 as ALBIZIA_WG", 4),
                run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_practice_PACS_is_offered_by_its_address()
    {
        var port = _engine.Run("$pacs = Start-PacsSimulator -StudyCount 1; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;
        var offered = CommandCompletionOf("Find-PacsStudy -Server PRACT").Select(result => result.ListItemText);
        Assert.Contains($"PRACTICE@127.0.0.1:{port}", offered);
        var toStop = CommandCompletionOf("Stop-PacsSimulator -Server PRACT")
            .Single(result => result.ListItemText == $"PRACTICE@127.0.0.1:{port}");
        Assert.Equal("A practice PACS of this session", toStop.ToolTip);
        _engine.Run($"Stop-PacsSimulator -Server {toStop.CompletionText}").ThrowIfFailed();
        Assert.Equal(
            [false], _engine.Run("Test-PacsConnection -Quiet -Server $pacs").ThrowIfFailed().Output.Select(value => value.BaseObject));
    }

    [Fact]
    public void Every_character_set_that_is_offered_is_one()
    {
        var offered = CommandCompletionOf("Find-PacsStudy -FallbackEncoding ");
        Assert.True(offered.Length > 10, "Few are offered.");
        foreach (var term in offered)
        {
            var result = _engine.Run(
                $"Find-PacsSeries 1.2.3 -Server PACS@127.0.0.1:{Peers.LoopbackPort.Free()} -FallbackEncoding {term.CompletionText}");
            Assert.Equal(["PacsUnreachable"], result.ErrorIds);
        }
    }

    [Fact]
    public void A_filter_takes_any_dictionary_and_any_keyword_or_tag()
    {
        _engine.Run("$pacs = Start-PacsSimulator -StudyCount 4").ThrowIfFailed();
        string[] filters =
        [
            "@{ patientid = 'PRACT-0001' }", "([ordered]@{ PatientID = 'PRACT-0001' })",
            "@{ '00100020' = 'PRACT-0001'; PatientIdentityRemoved = '' }",
        ];
        foreach (var filter in filters)
            Assert.Single(_engine.Run($"Find-PacsStudy -Server $pacs -Filter {filter}").ThrowIfFailed().Output);
        var names = _engine.Run("[PacsNm.PacsFilter].GetProperties('DeclaredOnly, Public, Instance').Name").ThrowIfFailed().Output;
        Assert.All(names, name => Assert.Empty(_engine.Run($"Find-PacsStudy -Server $pacs -Property {name} -MaxStudies 1").ErrorIds));
        _engine.Run("Stop-PacsSimulator").ThrowIfFailed();
    }

    private CompletionResult[] CommandCompletionOf(string input) =>
        [
            .. _engine.Run(
                "([System.Management.Automation.CommandCompletion]::CompleteInput($typed, $typed.Length, $null)).CompletionMatches",
                ("typed", input))
            .ThrowIfFailed().Output.Select(result => Assert.IsType<CompletionResult>(result.BaseObject))];
}
