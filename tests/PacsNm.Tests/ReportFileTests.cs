namespace PacsNm.Tests;

/// <summary>What Export-PacsReport takes, and what it does to a file that is there.</summary>
public sealed class ReportFileTests : IDisposable
{
    private readonly Engine _engine = new();

    private string Report => Path.Combine(_engine.Folder, "page.html");

    public ReportFileTests() => _engine.Run("""
        $pacs = Start-PacsSimulator -StudyCount 3 -Quirk FailEveryNth=3
        $saved = Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d -RetryCount 0 -Retriever BuiltIn -ErrorAction Ignore
        $saved | Export-PacsReport reference.html -MaxPictures 0 | Out-Null
        """).ThrowIfFailed();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("$saved")]
    [InlineData(
        "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($saved, 1))")]
    [InlineData("$saved | Export-Clixml s.xml; Import-Clixml s.xml")]
    [InlineData("$saved | Export-Csv s.csv; Import-Csv s.csv")]
    [InlineData("$saved | Select-Object *")]
    public void Results_are_the_same_however_they_were_kept(string kept)
    {
        _engine.Run($"$kept = & {{ {kept} }}; $kept | Export-PacsReport page.html -MaxPictures 0 | Out-Null").ThrowIfFailed();
        Assert.Contains("missing or not right", Page(), StringComparison.Ordinal);
        Assert.Equal(Body(File.ReadAllText(Path.Combine(_engine.Folder, "reference.html"))), Body(Page()));
        _engine.Run("Export-PacsReport argument.html -InputObject $kept -MaxPictures 0 | Out-Null").ThrowIfFailed();
        Assert.Equal(Body(Page()), Body(File.ReadAllText(Path.Combine(_engine.Folder, "argument.html"))));
    }

    [Fact]
    public void Series_and_instances_are_rows_of_their_own_after_they_were_kept()
    {
        _engine.Run("""
            Find-PacsStudy -Server $pacs | Select-Object -First 1 | Find-PacsInstance | Save-PacsInstance -Destination d |
                Export-Csv s.csv
            Import-Csv s.csv | Export-PacsReport page.html | Out-Null
            """).ThrowIfFailed();
        Assert.Contains("<dt>Rows</dt>", Page(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@() | Export-PacsReport page.html")]
    [InlineData("Export-PacsReport page.html")]
    [InlineData("$null | Export-PacsReport page.html")]
    [InlineData("[void] (New-Item -ItemType Directory empty); Export-PacsReport page.html -Archive empty")]
    public void With_nothing_to_report_a_file_is_left_alone(string command)
    {
        File.WriteAllText(Report, "good");
        var result = _engine.Run(command);
        Assert.Equal(["ReportEmpty"], result.ErrorIds);
        Assert.Contains(Report, result.AllText, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Equal("good", Page());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("[pscustomobject]@{ Name = 'x' }")]
    [InlineData("[pscustomobject]@{ Status = 'Complete'; StudyInstanceUid = '../../x' }")]
    [InlineData("Get-Item s.txt")]
    public void What_is_no_result_is_refused_and_the_others_are_reported(string other)
    {
        File.WriteAllText(Path.Combine(_engine.Folder, "s.txt"), "");
        File.WriteAllText(Report, "good");
        Assert.Equal(["InvalidResult", "ReportEmpty"], _engine.Run($"{other} | Export-PacsReport page.html").ErrorIds);
        Assert.Equal("good", Page());
        var both = _engine.Run($"& {{ {other}; $saved }} | Export-PacsReport page.html -MaxPictures 0");
        Assert.Equal(["InvalidResult"], both.ErrorIds);
        Assert.Single(both.Output);
        Assert.Equal(Body(File.ReadAllText(Path.Combine(_engine.Folder, "reference.html"))), Body(Page()));
    }

    [Fact]
    public void An_error_about_the_input_does_not_show_it()
    {
        var error = Assert.Single(
            _engine.Run("[pscustomobject]@{ PatientName = 'SECRET' } | Export-PacsReport page.html 2>&1").Output.Take(1)).BaseObject;
        Assert.DoesNotContain(
            "SECRET", $"{error} {((System.Management.Automation.ErrorRecord)error).CategoryInfo}", StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_is_missing_ends_the_call_only_where_it_is_named()
    {
        File.WriteAllText(Report, "good");
        Assert.Equal(["ArchiveNotFound"], _engine.Run("$saved | Export-PacsReport page.html -Archive nowhere").ErrorIds);
        Assert.Equal("good", Page());
        Assert.Equal(["ArchiveNotFound"], _engine.Run("'nowhere', 'd' | Export-PacsReport page.html").ErrorIds);
        Assert.StartsWith("<!DOCTYPE html>", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void NoClobber_leaves_a_file_alone_before_anything_is_asked_for()
    {
        File.WriteAllText(Report, "good");
        var result = _engine.Run("$ran = $false; & { $script:ran = $true; $saved } | Export-PacsReport page.html -NoClobber");
        Assert.Equal(["NoClobber"], result.ErrorIds);
        Assert.Contains(Report, result.AllText, StringComparison.Ordinal);
        Assert.Equal("good", Page());
        Assert.Equal(["NoClobber"], _engine.Run("$saved | Export-PacsReport page.html -NoClobber -Force").ErrorIds);
        Assert.Single(_engine.Run("$saved | Export-PacsReport new.html -NoClobber").ThrowIfFailed().Output);
    }

    [Fact]
    public void A_read_only_file_is_replaced_by_Force_alone_and_stays_read_only()
    {
        File.WriteAllText(Report, "good");
        File.SetAttributes(Report, FileAttributes.ReadOnly);
        var result = _engine.Run("$saved | Export-PacsReport page.html");
        Assert.Equal(["ReportNotWritten"], result.ErrorIds);
        Assert.Contains("-Force", result.AllText, StringComparison.Ordinal);
        Assert.Equal("good", Page());
        _engine.Run("$saved | Export-PacsReport page.html -Force").ThrowIfFailed();
        Assert.StartsWith("<!DOCTYPE html>", Page(), StringComparison.Ordinal);
        Assert.True(File.GetAttributes(Report).HasFlag(FileAttributes.ReadOnly));
        File.SetAttributes(Report, FileAttributes.Normal);
    }

    [Theory]
    [InlineData("d", "d")]
    [InlineData("plain.txt/page.html", "page.html")]
    public void A_write_failure_names_the_report(string path, string name)
    {
        File.WriteAllText(Path.Combine(_engine.Folder, "plain.txt"), "");
        var result = _engine.Run($"$saved | Export-PacsReport {path}");
        Assert.Equal(["ReportNotWritten"], result.ErrorIds);
        Assert.Matches($"The report '[^']*/{name}' cannot be written: [^']*\\.\\s", result.AllText);
        Assert.DoesNotMatch("[0-9a-f]{32}", result.AllText);
        Assert.Equal(
            ["plain.txt", "reference.html"],
            Directory.EnumerateFiles(_engine.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Modality_and_description_of_a_study_are_shown_and_its_patient_is_not()
    {
        var study = _engine.Run("""
            $whole = Start-PacsSimulator -StudyCount 1
            $study = Find-PacsStudy -Server $whole
            $study | Save-PacsStudy -Destination whole | Export-PacsReport page.html -MaxPictures 0 | Out-Null
            $study
            """).ThrowIfFailed();
        var modalities = ((IEnumerable<string>)study.Values("ModalitiesInStudy")[0]!).Order(StringComparer.Ordinal).ToArray();
        Assert.True(modalities.Length > 1);
        Assert.Contains(
            $" · {string.Join(", ", modalities)} · {study.Texts("StudyDescription")[0]}<", System.Net.WebUtility.HtmlDecode(Page()),
            StringComparison.Ordinal);
        Assert.DoesNotContain(study.Texts("PatientName")[0], Page(), StringComparison.Ordinal);
        Assert.DoesNotContain(study.Texts("PatientId")[0], Page(), StringComparison.Ordinal);
    }

    private string Page() => File.ReadAllText(Report);

    private static string Body(string page) => page[page.IndexOf("<dl", StringComparison.Ordinal)..];
}
