using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Compare-PacsArchive between practice PACS, real servers and archives.</summary>
public sealed class ComparisonTests(RealServers servers) : IDisposable
{
    private const string Days = "-StudyDate 20210901-20210910";

    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void Every_planted_difference_is_found_and_no_other()
    {
        StartTwo("-StudyCount 200", "Drift=5");
        var there = Studies("$b");
        var rows = Run($"Compare-PacsArchive -ReferenceServer $a -Server $b {Days}");
        Assert.Equal(Expected(Studies("$a"), there), Of(rows));
        var back = Run($"Compare-PacsArchive -ReferenceServer $b -Server $a {Days}");
        Assert.Equal(Expected(there, Studies("$a")), Of(back));
        Assert.Equal(rows.Output.Count, rows.Texts("StudyInstanceUid").Distinct().Count());
        Assert.Contains("StudyDate", rows.Texts("Changed"));
        Assert.Contains("PatientName\\PatientID", rows.Texts("Changed"));
        Assert.Empty(Run($"Compare-PacsArchive -ReferenceServer $a -Server $a {Days}").Output);
        Assert.Equal(200, Run($"Compare-PacsArchive -ReferenceServer $a -Server $a {Days} -IncludeSame").Output.Count);
    }

    [Theory]
    [InlineData("CapResults=7")]
    [InlineData("IgnoreModality")]
    [InlineData("OmitModalitiesInStudy")]
    [InlineData("RequireStudyDate")]
    [InlineData("IgnoreStudyDate")]
    [InlineData("SlowResponses=1")]
    public void A_difficult_PACS_makes_no_difference(string quirk)
    {
        StartTwo("-StudyCount 60", quirk);
        var result = _engine.Run($"Compare-PacsArchive -ReferenceServer $a -Server $b {Days}");
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Series_and_instances_are_compared_when_they_are_asked_for()
    {
        StartTwo("-StudyCount 40", "Drift=1");
        var series = Run($"Compare-PacsArchive -ReferenceServer $a -Server $b {Days} -Level Series");
        var instances = Run($"Compare-PacsArchive -ReferenceServer $a -Server $b {Days} -Level Instance");
        Assert.Equal(Of(series), Of(instances));
        foreach (var row in instances.Output.Where(row => $"{row.Properties["State"].Value}" == "Shrunk"))
        {
            var study = $"{row.Properties["StudyInstanceUid"].Value}";
            var lost = $"{row.Properties["MissingThere"].Value}";
            Assert.Equal([lost], Run($"$s = Find-PacsStudy -Server $a -StudyInstanceUid {study} | Find-PacsSeries | Find-PacsInstance; "
                + $"$t = Find-PacsStudy -Server $b -StudyInstanceUid {study} | Find-PacsSeries | Find-PacsInstance; "
                + "$s.SopInstanceUid | Where-Object { $_ -notin $t.SopInstanceUid }").Output.Select(uid => $"{uid}"));
        }

        Assert.Contains("Shrunk", instances.Texts("State"));
    }

    [Theory]
    [InlineData("dcmqrscp", "Orthanc")]
    [InlineData("Orthanc", "dcmqrscp")]
    public void Two_real_servers_with_the_same_studies_are_the_same(string here, string there)
    {
        var rows = Run(
            "Compare-PacsArchive -ReferenceServer $a -Server $b -StudyDate 20210820-20210920 -IncludeSame",
            ("a", servers.Of(here).Address), ("b", servers.Of(there).Address));
        Assert.Equal(["Same", "Same"], rows.Texts("State"));
    }

    [Fact]
    public void A_real_server_with_other_studies_differs()
    {
        using var data = new VariedFiles();
        foreach (var instance in servers.Data.InstancesOf(TestData.TomographyStudy).Skip(1))
            data.Add(servers.Data.FileOf(instance), "StudyDate=20210916", "PatientID=TEST-MERGED");
        Require.Tool("dcmqrscp");
        using var other = new DcmqrscpServer(data.Folder);
        var rows = Run(
            "Compare-PacsArchive -ReferenceServer $a -Server $b -StudyDate 20210901-20210930 -Level Instance",
            ("a", servers.Of("Orthanc").Address), ("b", other.Address));
        Assert.Equal(
            [$"{TestData.NuclearMedicineStudy} MissingThere", $"{TestData.TomographyStudy} Shrunk StudyDate\\PatientID"], Of(rows));
        Assert.Equal(servers.Data.InstancesOf(TestData.TomographyStudy)[..1], rows.Texts("MissingThere").Where(text => text.Length > 0));
        Assert.Equal("TEST-002", rows.Output[1].Properties["Attributes"].Value is System.Collections.IList { Count: 2 } attributes
            ? $"{System.Management.Automation.PSObject.AsPSObject(attributes[1]!).Properties["Here"].Value}" : "");
    }

    [Fact]
    public void An_archive_is_compared_and_then_repaired_by_its_rows()
    {
        Run("$a = Start-PacsSimulator -StudyCount 30 -StudyDate 20210901-20210910");
        Run("Find-PacsStudy -Server $a -StudyDate 20210901-20210910 -MaxStudies 20 | Save-PacsStudy -Destination d | Out-Null");
        var files = SavedFolder.Files(Path.Combine(_engine.Folder, "d"));
        File.Delete(files[0]);
        var rows = Run($"$rows = Compare-PacsArchive d -Server $a {Days}; $rows");
        Assert.Equal(10, rows.Texts("State").Count(state => state == "MissingHere"));
        Assert.Equal(["Grew"], rows.Texts("State").Where(state => state != "MissingHere"));
        Run("$rows | Export-Csv rows.csv; Import-Csv rows.csv | Save-PacsStudy -Server $a -Destination d | Out-Null");
        Assert.Empty(Run($"Compare-PacsArchive d -Server $a {Days}").Output);
        Assert.Empty(Run($"Compare-PacsArchive d -Server $a {Days} -Level Instance").Output);
        Run("Stop-PacsSimulator; $b = Start-PacsSimulator -StudyCount 30 -StudyDate 20210901-20210910 -Quirk Drift=3");
        Assert.Contains("MissingThere", Run($"Compare-PacsArchive d -Server $b {Days}").Texts("State"));
        Assert.DoesNotContain("MissingHere", Run($"Compare-PacsArchive d -Server $b {Days}").Texts("State"));
    }

    [Fact]
    public void A_study_that_a_run_is_working_on_is_an_error_and_not_missing()
    {
        Run("$a = Start-PacsSimulator -StudyCount 4 -StudyDate 20210901-20210904");
        Run("Find-PacsStudy -Server $a -StudyDate 20210901-20210904 | Save-PacsStudy -Destination d | Out-Null");
        var manifest = Directory.GetFiles(Path.Combine(_engine.Folder, "d", ".pacsnm"), "*.jsonl")[0];
        using (new FileStream(manifest, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var result = _engine.Run($"Compare-PacsArchive d -Server $a {Days}");
            Assert.Equal(["StudyNotCompared"], result.ErrorIds);
            Assert.Empty(result.Output);
        }
    }

    [Theory]
    [InlineData("RefuseAll", "DimseFailure", 3)]
    [InlineData("DropAfter=1", "AssociationAborted", 1)]
    public void A_PACS_that_fails_has_no_false_rows(string quirk, string id, int most)
    {
        StartTwo("-StudyCount 20", quirk);
        foreach (var script in new[] { "-ReferenceServer $a -Server $b", "-ReferenceServer $b -Server $a" })
        {
            var result = _engine.Run($"Compare-PacsArchive {script} {Days}");
            Assert.Empty(result.Output);
            Assert.All(result.ErrorIds, one => Assert.Equal(id, one));
            Assert.InRange(result.ErrorIds.Length, 1, most);
            Assert.Contains(result.Warnings, warning => warning.Message.Contains("days were not compared", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Compare-PacsArchive nowhere -Server $a", "ArchiveNotFound")]
    [InlineData("Compare-PacsArchive -ReferenceServer $a -Server $a -StudyDate -20210910", "InvalidDateRange")]
    [InlineData("Compare-PacsArchive -ReferenceServer $a -Server $a -StudyDate soon", "InvalidDateRange")]
    [InlineData("Compare-PacsArchive -ReferenceServer $a -Server $a -StudyDate 20210901 -LastDays 3", "InvalidDateRange")]
    public void A_mistake_is_an_error(string script, string id)
    {
        Run("$a = Start-PacsSimulator -StudyCount 4");
        Assert.Equal([id], _engine.Run(script).ErrorIds);
    }

    [Fact]
    public void A_day_needs_one_query_per_side_and_a_study_that_it_did_not_bring_one_more()
    {
        Run("$a = Start-PacsSimulator -StudyCount 40 -StudyDate 20210901-20210910");
        using var proxy = new RecordingProxy(
            (int)Run("(Start-PacsSimulator -StudyCount 40 -StudyDate 20210901-20210910 -Quirk Drift=10).Port").Output[0].BaseObject);
        var rows = Run($"Compare-PacsArchive -ReferenceServer $a -Server $p {Days}", ("p", $"PRACTICE@127.0.0.1:{proxy.Port}"));
        Assert.Equal(["Changed", "Changed", "MissingThere", "Shrunk"], rows.Texts("State").Order());
        Assert.Equal(10 + 2, proxy.Requests(CommandField.Find));
    }

    [Fact]
    public void A_slow_PACS_can_be_left_after_the_first_row_or_by_Ctrl_C()
    {
        Run("$a = Start-PacsSimulator -StudyCount 40 -StudyDate 20210901-20210910");
        Run("$b = Start-PacsSimulator -StudyCount 40 -StudyDate 20210901-20210910 -Quirk Drift=2, SlowResponses=300");
        Assert.Single(Run($"Compare-PacsArchive -ReferenceServer $a -Server $b {Days} | Select-Object -First 1").Output);
        using var proxy = new RecordingProxy((int)Run("$b.Port").Output[0].BaseObject);
        var result = _engine.RunAndStop(
            $"Compare-PacsArchive -ReferenceServer $a -Server $p {Days}; 'went on'", () => proxy.Requests(CommandField.Find) > 1,
            ("p", $"PRACTICE@127.0.0.1:{proxy.Port}"));
        Assert.DoesNotContain("went on", result.Output.Select(line => $"{line}"));
    }

    [Fact]
    public void A_PACS_that_ignores_the_date_is_not_asked_for_each_day()
    {
        Run("$a = Start-PacsSimulator -StudyCount 40 -StudyDate 20210901-20210910");
        using var proxy = new RecordingProxy((int)Run(
            "(Start-PacsSimulator -StudyCount 40 -StudyDate 20210901-20210910 -Quirk IgnoreStudyDate).Port").Output[0].BaseObject);
        var result = _engine.Run(
            "Compare-PacsArchive -ReferenceServer $a -Server $p -StudyDate 20200101-20210910", ("p", $"PRACTICE@127.0.0.1:{proxy.Port}"));
        Assert.Empty(result.Output);
        Assert.InRange(proxy.Requests(CommandField.Find), 3, 8);
        Assert.Contains(result.Warnings, warning => warning.Message.Contains("ignores StudyDate", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_that_lacks_instances_is_an_error_and_no_difference()
    {
        Run("$a = Start-PacsSimulator -StudyCount 16 -StudyDate 20210901-20210904; "
            + "$b = Start-PacsSimulator -StudyCount 16 -StudyDate 20210901-20210904 -Quirk CapResults=3");
        var result = _engine.Run("Compare-PacsArchive -ReferenceServer $a -Server $b -StudyDate 20210901-20210904 -Level Instance");
        Assert.Empty(result.Output);
        Assert.NotEmpty(result.ErrorIds);
        Assert.All(result.ErrorIds, id => Assert.Equal("StudyNotCompared", id));
    }

    [Fact]
    public void Rows_are_retrieved_in_the_same_pipeline_from_a_PACS_with_one_association()
    {
        Run("$a = Start-PacsSimulator -StudyCount 8 -StudyDate 20210901-20210904 -Quirk OneAssociationOnly");
        var saved = Run("Compare-PacsArchive (New-Item -ItemType Directory d) -Server $a -StudyDate 20210901-20210904 | "
            + "Save-PacsStudy -Destination d");
        Assert.Equal(8, saved.Texts("Status").Count(status => status == "Complete"));
    }

    /// <summary>The differences that the studies of two servers have, found in another way.</summary>
    private static string[] Expected(Dictionary<string, string[]> here, Dictionary<string, string[]> there) =>
    [
        .. here.Keys.Union(there.Keys).Order(StringComparer.Ordinal).Select(uid =>
        {
            if (!here.TryGetValue(uid, out var one))
                return $"{uid} MissingHere";
            if (!there.TryGetValue(uid, out var other))
                return $"{uid} MissingThere";
            var changed = string.Join("\\", new[] { "StudyDate", "PatientName", "PatientID" }.Where((_, at) => one[at] != other[at]));
            var (had, has) = (int.Parse(one[3]), int.Parse(other[3]));
            var state = had < has ? "Grew" : had > has ? "Shrunk" : changed.Length > 0 ? "Changed" : "";
            return $"{uid} {state} {changed}".TrimEnd();
        }).Where(text => text.Contains(' ', StringComparison.Ordinal)),
    ];

    private static string[] Of(EngineResult rows) =>
    [
        .. rows.Output.Select(row => $"{row.Properties["StudyInstanceUid"].Value} {row.Properties["State"].Value} "
            + $"{row.Properties["Changed"].Value}").Select(text => text.TrimEnd()).Order(StringComparer.Ordinal),
    ];

    private Dictionary<string, string[]> Studies(string server) =>
        Run($"Find-PacsStudy -Server {server} -StudyDate 20210801-20210930").Output.ToDictionary(
            study => $"{study.Properties["StudyInstanceUid"].Value}",
            study => new[] { "StudyDate", "PatientName", "PatientId", "NumberOfStudyRelatedInstances" }
                .Select(name => study.Properties[name].Value is DateTime date ? $"{date:yyyyMMdd}" : $"{study.Properties[name].Value}")
                .ToArray());

    private void StartTwo(string options, string quirk) => Run(
        $"$a = Start-PacsSimulator {options} -StudyDate 20210901-20210910; "
            + $"$b = Start-PacsSimulator {options} -StudyDate 20210901-20210910 -Quirk {quirk}");

    private EngineResult Run(string script, params (string Name, object? Value)[] variables) =>
        _engine.Run(script, variables).ThrowIfFailed();
}
