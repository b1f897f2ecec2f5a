using System.Text.RegularExpressions;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Export-PacsReport, on what was saved from servers that others wrote.</summary>
public sealed partial class ReportTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_page_holds_all_and_names_nobody(string name)
    {
        Run(name, "Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d | Export-PacsReport page.html");
        var page = Page("page.html");
        Assert.Equal(3, Status().Matches(page).Count);
        Assert.All(Status().Matches(page), match => Assert.Equal("good\">\n<td><span class=\"status\">Complete", match.Groups[1].Value));
        foreach (var uid in new[] { TestData.NuclearMedicineStudy, TestData.TomographyStudy, TestData.RecentStudy })
            Assert.Contains(uid, page, StringComparison.Ordinal);
        Assert.DoesNotMatch("ZZTest|TEST-00|Möller", page);

        Assert.Contains(" · Bone scan", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);

        // Two of NM and, of the CT study, three of CT; the secondary captures may show a name.
        Assert.Equal(5, Picture().Matches(page).Count);
        Assert.DoesNotMatch("(src|href)=\"(?!data:)|url\\(|<script|@import", page);
    }

    [Fact]
    public void Patients_are_named_where_that_is_asked_for()
    {
        Run(
            "Orthanc",
            "Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d | "
                + "Export-PacsReport page.html -IncludePatientName -MaxPictures 9");
        var page = System.Net.WebUtility.HtmlDecode(Page("page.html"));
        Assert.Matches("ZZTest\\^Jörg Möller · TEST-002 · Thorax", page);
        Assert.Equal(7, Picture().Matches(page).Count);
    }

    [Fact]
    public void An_archive_is_told_of_with_what_is_missing_the_worst_first()
    {
        Run("Orthanc", "Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d");
        var file = Directory.EnumerateFiles(
            Path.Combine(_engine.Folder, "d"), TestData.TomographyStudy + ".1.2.dcm", SearchOption.AllDirectories).Single();
        File.Delete(file);
        _engine.Run("Export-PacsReport page.html -Archive d -Title '<b>A & B</b>' -MaxPictures 0").ThrowIfFailed();
        var page = Page("page.html");
        Assert.Equal(["bad", "good", "good"], Status().Matches(page).Select(match => match.Groups[1].Value.Split('"')[0]));
        Assert.Contains($"{TestData.TomographyStudy}.1.2: its file is missing.", page, StringComparison.Ordinal);
        Assert.Contains("<h1>&lt;b&gt;A &amp; B&lt;/b&gt;</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Picture(), page);
    }

    [Fact]
    public void A_page_is_made_without_DCMTK_and_a_dry_run_makes_none()
    {
        Run(
            "Orthanc",
            "$saved = Find-PacsStudy -Server $server -StudyDate 20210901 | Save-PacsStudy -Destination d; $saved | "
                + "Export-PacsReport dry.html -WhatIf");
        Assert.False(File.Exists(Path.Combine(_engine.Folder, "dry.html")));
        var run = HostProcess.Run(
            $"Export-PacsReport '{_engine.Folder}/page.html' -Archive '{_engine.Folder}/d'",
            ("PATH", Path.GetDirectoryName(Environment.ProcessPath)));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("There are no pictures", Page("page.html"), StringComparison.Ordinal);
        Assert.Equal(["ReportNotWritten"], _engine.Run("Export-PacsReport d/.pacsnm -Archive d").ErrorIds);
        Assert.Equal(["ArchiveNotFound"], _engine.Run("Export-PacsReport x.html -Archive nowhere").ErrorIds);
    }

    private void Run(string name, string script) => _engine.Run(script, ("server", servers.Of(name).Address)).ThrowIfFailed();

    private string Page(string name) => File.ReadAllText(Path.Combine(_engine.Folder, name));

    [GeneratedRegex("<tr class=\"((?:good|mixed|bad)\">\n<td><span class=\"status\">[A-Za-z]+)")]
    private static partial Regex Status();

    [GeneratedRegex("<img alt=\"\" src=\"data:image/jpeg;base64,/9j/[A-Za-z0-9+/=]{100,}\">")]
    private static partial Regex Picture();
}
