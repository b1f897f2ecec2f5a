using System.Management.Automation;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>The Find cmdlets against servers that others wrote: dcmqrscp and Orthanc.</summary>
public sealed class FindTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_study_is_found_by_its_date_with_typed_values(string name)
    {
        var result = Run(name, "Find-PacsStudy -Server $server -StudyDate 20210901");
        var study = Assert.Single(result.Output);
        Assert.Equal("PacsNm.PacsStudy", study.BaseObject.GetType().FullName);
        Assert.Equal(TestData.NuclearMedicineStudy, study.Properties["StudyInstanceUid"].Value);
        Assert.Equal(new DateTime(2021, 9, 1, 9, 15, 0), study.Properties["StudyDate"].Value);
        Assert.Equal("ZZTest^Nuclear", study.Properties["PatientName"].Value);
        Assert.Equal(71, study.Properties["PatientAge"].Value);
        Assert.Equal("TEST-001", study.Properties["PatientId"].Value);
        Assert.Equal("ACC-NM", study.Properties["AccessionNumber"].Value);
        Assert.Contains("NM", Assert.IsAssignableFrom<IReadOnlyList<string>>(study.Properties["ModalitiesInStudy"].Value));

        // dcmqrscp does not count.
        Assert.Equal(name == "Orthanc" ? 3 : null, study.Properties["NumberOfStudyRelatedInstances"].Value);
        Assert.Equal(name == "Orthanc" ? 2 : null, study.Properties["NumberOfStudyRelatedSeries"].Value);
    }

    [Theory]
    [InlineData("20210901-20210930", 2)]
    [InlineData("-20210914", 1)]
    [InlineData("20210902-", 2)]
    [InlineData("20210901,20210915", 2)]
    [InlineData("([datetime]'2021-09-15')", 1)]
    [InlineData("2021-09-01", 1)]
    [InlineData("2021-09-01-2021-09-30", 2)]
    [InlineData("20220101-20220201", 0)]
    public void A_range_of_dates_is_matched(string range, int count)
    {
        foreach (var name in RealServers.Names)
            Assert.Equal(count, Run(name, $"Find-PacsStudy -Server $server -StudyDate {range}").Output.Count);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Without_a_date_the_last_30_days_are_asked_for(string name) =>
        Assert.Equal([TestData.RecentStudy], Run(name, "Find-PacsStudy -Server $server").Texts("StudyInstanceUid"));

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_study_that_is_named_is_found_whatever_its_date(string name)
    {
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -StudyInstanceUid $uid", ("uid", TestData.TomographyStudy)).Output);
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -AccessionNumber ACC-CT").Output);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Names_come_in_the_character_set_of_their_answer(string name)
    {
        var result = Run(name, "Find-PacsStudy -Server $server -After 20210902");
        var names = result.Texts("PatientName");
        Assert.Contains("ZZTest^Jörg Möller", names);
        Assert.Contains("ZZTest^Yamada", names);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Keys_match_by_wildcard(string name)
    {
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -After 20210101 -PatientId TEST-00? -StudyDescription Bone*").Output);
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -After 20210101 -Filter @{ PatientID = 'TEST-002' }").Output);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_property_that_was_asked_for_is_on_the_object(string name)
    {
        var study = Assert.Single(
            Run(name, "Find-PacsStudy -Server $server -StudyDate 20210901 -Property PatientComments, '(0008,1060)'").Output);
        Assert.NotNull(study.Properties["PatientComments"]);
        Assert.NotNull(study.Properties["NameOfPhysiciansReadingStudy"]);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Every_returned_element_is_reachable_by_keyword(string name)
    {
        var result = Run(name, "$s = Find-PacsStudy -Server $server -StudyDate 20210901; $s['StudyTime']; $s['00080052']");
        Assert.Equal(["091500", "STUDY"], result.Output.Select(value => $"{value}"));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Series_and_instances_are_found_below_a_piped_study(string name)
    {
        var series = Run(name, "Find-PacsStudy -Server $server -StudyDate 20210901 | Find-PacsSeries");
        Assert.Equal(["KO", "NM"], series.Texts("Modality").Order());
        Assert.All(series.Texts("StudyInstanceUid"), uid => Assert.Equal(TestData.NuclearMedicineStudy, uid));

        var instances = Run(name, "Find-PacsStudy -Server $server -StudyDate 20210901 | Find-PacsInstance");
        Assert.Equal(servers.Data.InstancesOf(TestData.NuclearMedicineStudy), instances.Texts("SopInstanceUid").Order());
        if (name == "Orthanc")
            Assert.Contains("Nuclear Medicine Image Storage", instances.Texts("SopClassName"));

        var ofSeries = Run(name, "Find-PacsStudy -Server $server -StudyDate 20210901 | Find-PacsSeries -Modality KO | Find-PacsInstance");
        Assert.Single(ofSeries.Output);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Twenty_piped_studies_share_one_association(string name)
    {
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port);
        var uids = Enumerable.Repeat(TestData.NuclearMedicineStudy, 20).ToArray();
        var result = _engine.Run(
            "$uids | ForEach-Object { [pscustomobject]@{ StudyInstanceUid = $_ } } | Find-PacsSeries -Server $server",
            ("uids", uids), ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"));
        Assert.Equal(40, result.ThrowIfFailed().Output.Count);
        Assert.Equal(1, proxy.Connections);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_consumer_that_stops_leaves_no_connection_open(string name)
    {
        // The last response does not come: the search is under way for certain.
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 900, fallSilent: true);
        var result = _engine.Run(
            "do { Find-PacsStudy -Server $server -After 20210101 | ForEach-Object { $_; break } } while ($false)",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"));
        Assert.Single(result.ThrowIfFailed().Output);
        proxy.WaitUntilAllClosed();

        // Command Field (0000,0100) of C-CANCEL-RQ: 0x0FFF (PS3.7 9.3.2.3).
        byte[] cancel = [0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0xFF, 0x0F];
        Assert.True(proxy.Sent.AsSpan().IndexOf(cancel) > 0);
    }

    [Fact]
    public void A_hundred_thousand_matches_take_no_memory_to_speak_of()
    {
        // Not a round number, which would look like a limit.
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port);
        _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20210901", ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}")).ThrowIfFailed();
        proxy.WaitUntilAllClosed();
        using var many = new ReplayingServer(proxy.Received, TestData.NuclearMedicineStudy, 100_050);
        var run = HostProcess.Run($$"""
            Find-PacsStudy -Server A@127.0.0.1:9 -ErrorAction SilentlyContinue
            $before = [Environment]::WorkingSet
            $count = 0
            Find-PacsStudy -Server {{server.AETitle}}@127.0.0.1:{{many.Port}} -StudyDate 20210901 -DimseTimeoutSeconds 5 |
                Where-Object { $_.ModalitiesInStudy -contains 'NM' } | ForEach-Object { $count++ }
            $count
            [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 - $before
            """);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("", run.Error);
        Assert.Equal("100050", lines[0].Trim());
        Assert.InRange(long.Parse(lines[1], null), 0, 100L << 20);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Keys_match_by_list_by_range_and_by_name(string name)
    {
        Assert.Equal(
            2,
            Run(
                name, "Find-PacsStudy -Server $server -StudyInstanceUid $uids",
                ("uids", new[] { TestData.NuclearMedicineStudy, TestData.RecentStudy })).Output.Count);
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -After 20210101 -Filter @{ StudyTime = '080000-100000' }").Output);
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -After 20210101 -PatientName 'ZZTest^Nuc*'").Output);
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -After 20210101 | Find-PacsSeries -Filter @{ Modality = 'CT' }").Output);
        Assert.Single(Run(name, "Find-PacsStudy -Server $server -Filter @{ '0008,0020' = '20210901' }").Output);
    }

    [Fact]
    public void Modalities_that_a_server_does_not_return_are_looked_up_at_series_level()
    {
        // dcmqrscp does not know Modalities in Study; this one takes one association at a time.
        using var single = new DcmqrscpServer(servers.Data.Folder, maximumAssociations: 1);
        foreach (var address in new[] { servers.Of("dcmqrscp").Address, single.Address })
        {
            var result = _engine.Run("Find-PacsStudy -Server $server -After 20210101 -Modality NM", ("server", address));
            Assert.Equal([TestData.NuclearMedicineStudy], result.ThrowIfFailed().Texts("StudyInstanceUid"));
            Assert.Equal(["KO", "NM"], Assert.IsAssignableFrom<IReadOnlyList<string>>(result.Values("ModalitiesInStudy")[0]).Order());
        }

        var unknown = Run("dcmqrscp", "Find-PacsStudy -Server $server -After 20210101 -NoModalityLookup");
        Assert.All(
            unknown.Values("ModalitiesInStudy"), modalities => Assert.Empty(Assert.IsAssignableFrom<IReadOnlyList<string>>(modalities)));
    }

    [Fact]
    public void A_server_without_study_root_find_is_named_as_such()
    {
        // storescp knows storage and C-ECHO alone.
        using var storescp = new StoreScp();
        var result = _engine.Run("Find-PacsStudy -Server $server", ("server", storescp.Address));
        Assert.Equal(["AssociationRejected"], result.ErrorIds);
        Assert.Contains("FIND", result.AllText, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("-StudyDate 2021", "InvalidDateRange")]
    [InlineData("-StudyDate 20210931", "InvalidDateRange")]
    [InlineData("-StudyDate 20210930-20210901", "InvalidDateRange")]
    [InlineData("-StudyDate 1,2,3", "InvalidDateRange")]
    [InlineData("-StudyInstanceUid ../x", "InvalidUid")]
    [InlineData("-CalledAETitle 12345678901234567", "InvalidAETitle")]
    [InlineData(@"-CallingAETitle a\b", "InvalidAETitle")]
    [InlineData("-Server 'AN-AE-TITLE-TOO-LONG@127.0.0.1:9'", "InvalidAETitle")]
    [InlineData("-Property PatientNmae", "UnknownKeyword")]
    public void Bad_input_is_refused_before_anything_is_sent(string arguments, string errorId)
    {
        var port = LoopbackPort.Free();
        var result = _engine.Run($"Find-PacsStudy -ComputerName 127.0.0.1 -Port {port} {arguments}");
        Assert.Equal([errorId], result.ErrorIds);
        Assert.NotNull(result.Terminating);
        Assert.Equal(ErrorCategory.InvalidArgument, result.Terminating.CategoryInfo.Category);
    }

    [Fact]
    public void A_keyword_that_nobody_has_is_answered_with_the_nearest()
    {
        var result = _engine.Run("Find-PacsStudy -ComputerName 127.0.0.1 -Port 9 -Property PatientNmae");
        Assert.Contains("PatientName", result.AllText, StringComparison.Ordinal);
    }

    private EngineResult Run(string name, string script, params (string Name, object? Value)[] variables) =>
        _engine.Run(script, [("server", servers.Of(name).Address), .. variables]).ThrowIfFailed();
}
