using System.Xml.Linq;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>How objects look, and that they come back from the formats that people keep them in.</summary>
public sealed class DisplayTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_person_sees_what_they_look_for()
    {
        var run = HostProcess.Run("""
            $pacs = Start-PacsSimulator
            Find-PacsStudy -Server $pacs -AccessionNumber ACC0005 | Out-Default
            Find-PacsStudy -Server $pacs -AccessionNumber ACC0006 |
                Save-PacsStudy -Destination $env:TARGET -RetryCount 0 -ErrorAction Ignore | Out-Default
            Find-PacsStudy -Server $pacs -AccessionNumber ACC0005 | Save-PacsStudy -Destination $env:TARGET | Out-Default
            Test-PacsConnection -Server $pacs | Out-Default
            $pacs | Out-Default
            """, ("TARGET", Path.Combine(_engine.Folder, "d")));
        var lines = run.Output.Split(Environment.NewLine);
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(
            line.TrimEnd(), @"^\d{4}-\d\d-\d\d ZZPractice\^T… PRACT-\d{4} NM,KO      2     2 NEARLINE     Thyroid"));
        Assert.DoesNotContain("#ERR", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            lines,
            line => line.StartsWith("Succeeded ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(": True", StringComparison.Ordinal));
        Assert.DoesNotContain("MaximumPduLength", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PacsSavedItem", "Complete", "\e[32mComplete\e[0m")]
    [InlineData("PacsSavedItem", "Partial", "\e[33mPartial\e[0m")]
    [InlineData("PacsSavedItem", "Failed", "\e[31mFailed\e[0m")]
    [InlineData("PacsArchiveStudy", "Intact", "\e[32mIntact\e[0m")]
    [InlineData("PacsArchiveStudy", "Damaged", "\e[31mDamaged\e[0m")]
    public void A_status_has_a_colour_where_the_engine_has_PSStyle(string view, string status, string shown)
    {
        var cell = XDocument.Load(Path.Combine(Repository.Root, "bin", "PacsNm.Format.ps1xml")).Descendants("View")
            .Single(element => element.Element("Name")!.Value == view).Descendants("ScriptBlock").First().Value;
        var result = _engine.Run(
            $"[pscustomobject]@{{ Status = '{status}' }} | ForEach-Object {{ {cell} }}; & {{ $PSStyle = $null; "
                + $"[pscustomobject]@{{ Status = '{status}' }} | ForEach-Object {{ {cell} }} }}").ThrowIfFailed();
        Assert.Equal([shown, status], result.Output.Select(text => $"{text}"));
    }

    [Theory]
    [InlineData("[pscustomobject]$(ConvertTo-Row $study)")]
    [InlineData(
        "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($study, 2))")]
    public void A_study_that_was_kept_is_saved(string kept)
    {
        // The engine that is hosted here has no Export-Csv: its rule is that a cell is the value's own text.
        var server = servers.Of("Orthanc");
        var result = _engine.Run($$"""
            function ConvertTo-Row($from) {
                $row = @{}
                foreach ($property in $from.PSObject.Properties) { $row[$property.Name] = "$($property.Value)" }
                $row
            }
            $study = Find-PacsStudy -Server {{server.Address}} -CallingAETitle OTHER -StudyDate 20210901
            {{kept}} | Save-PacsStudy -Destination d
            """).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal([server.Address], result.Texts("Server"));
    }

    [Fact]
    public void A_cell_of_a_table_shows_values_and_a_server_comes_back_whole()
    {
        var result = _engine.Run("""
            $how = @{ CallingAETitle = 'OTHER'; DimseTimeoutSeconds = 77; InformationModel = 'PatientRoot' }
            $study = Find-PacsStudy -Server $server -StudyDate 20210901 @how
            $kept = [System.Management.Automation.PSSerializer]::Serialize($study, 2)
            $back = [System.Management.Automation.PSSerializer]::Deserialize($kept)
            $used = (Test-PacsConnection -Server $back.Server).Server
            $used.GetType().FullName; "$used"; $used.CallingAETitle; $used.DimseTimeoutSeconds; "$($used.InformationModel)"
            "$($back.ModalitiesInStudy)"
            $study.ModalitiesInStudy.ToString()
            """, ("server", servers.Of("Orthanc").Address)).ThrowIfFailed();
        Assert.Equal(
            ["PacsNm.PacsServer", servers.Of("Orthanc").Address, "OTHER", "77", "PatientRoot"],
            result.Output.Take(5).Select(line => $"{line}"));
        Assert.Equal(["KO", "NM"], $"{result.Output[^1]}".Split('\\').Order());
    }

    [Fact]
    public void Files_and_servers_are_compared_by_what_they_are()
    {
        var result = _engine.Run("""
            $first = Find-PacsStudy -Server $server -StudyDate 20210901 | Save-PacsStudy -Destination first
            $second = Find-PacsStudy -Server $server -StudyDate 20210901 | Save-PacsStudy -Destination second
            $files = Get-PacsFile first, second
            @(Compare-Object (Get-PacsFile first) (Get-PacsFile second)).Count
            @($files | Group-Object).Count * 2 - @($files).Count
            $a = [PacsNm.PacsServer]@{ Name = 'a'; Port = 2 }; $b = [PacsNm.PacsServer]@{ Name = 'B'; Port = 1 }
            ($b, $a | Sort-Object).Name -join ' '
            """, ("server", servers.Of("Orthanc").Address)).ThrowIfFailed();
        Assert.Equal(["0", "0", "a B"], result.Output.Select(line => $"{line}"));
    }
}
