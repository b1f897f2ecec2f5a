using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>How retrieval is told to go about it: with and without the relay, at what rate, on how many associations.</summary>
public sealed class RetrieverTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    private string Destination => Path.Combine(_engine.Folder, "d");

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Without_the_relay_the_proof_is_the_same(string name)
    {
        var result = Save(servers.Of(name).Address, "-NoRelay");
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal(3, SavedFolder.Files(Destination).Length);
        Assert.Contains(result.Progress, record => record.StatusDescription.Contains("of 3 instances", StringComparison.Ordinal));
        Assert.Equal(["Intact"], _engine.Run("Test-PacsArchive d").Texts("Status"));
    }

    [Fact]
    public void What_needs_the_relay_is_told_so()
    {
        const string save = "Save-PacsStudy -Server A@127.0.0.1:9 -StudyInstanceUid 1.2";
        Assert.Equal(["RelayNeeded"], _engine.Run($"{save} -Retriever GetScu -NoRelay -MaxBytesPerSecond 1mb").ErrorIds);
        Assert.Equal(["RelayNeeded"], _engine.Run($"{save} -Retriever GetScu -NoRelay -UseTls").ErrorIds);
        var moved = _engine.Run($"{save} -Retriever MoveScu -LocalPort {LoopbackPort.Free()} -UseTls");
        Assert.Equal(["RelayNeeded"], moved.ErrorIds);
        Assert.Contains("movescu does not support TLS.", moved.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_movescu_brings_nothing_and_complains_of_nothing_getscu_is_asked()
    {
        // As where the PACS knows another machine by our AE title.
        using var moveScu = new FakeTool("exit 0", "movescu");
        var run = HostProcess.Run(
            $"(Save-PacsStudy -Server {servers.Of("dcmqrscp").Address} -StudyInstanceUid {TestData.NuclearMedicineStudy} "
                + $"-Destination '{Destination}' -Retriever MoveScu -LocalPort {LoopbackPort.Free()}) | "
                + "ForEach-Object { \"$($_.Status) $($_.Retriever)\" }",
            ("PATH", moveScu.Path));
        Assert.Equal("Complete GetScu", run.Output.Trim());
    }

    [Theory]
    [InlineData("", "-MaxBytesPerSecond 10mb")]
    [InlineData("-UseTls", "")]
    public void Without_the_relay_Auto_leaves_to_the_built_in_retriever_what_getscu_has_not(string how, string limit)
    {
        var result = _engine.Run($"""
            $pacs = Start-PacsSimulator {how}
            Find-PacsStudy -Server $pacs -AccessionNumber ACC0001 | Save-PacsStudy -Destination d -NoRelay {limit}
            Stop-PacsSimulator -Server $pacs
            """).ThrowIfFailed();
        Assert.Equal(["BuiltIn"], result.Texts("Retriever"));
    }

    [Fact]
    public void The_PACS_sends_no_faster_than_it_may()
    {
        // 132 kB of pixels. A busy machine can only be slower.
        var result = Save(servers.Of("Orthanc").Address, "-MaxBytesPerSecond 66000");
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.True(result.BytesPerSecond <= 88_000, $"{result.BytesPerSecond} bytes per second");
        Assert.Contains(
            result.Progress, record => record.StatusDescription.Contains("MB/s", StringComparison.Ordinal) && record.SecondsRemaining >= 0);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Several_studies_come_side_by_side(string name)
    {
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d -ThrottleLimit 3",
            ("server", servers.Of(name).Address));
        Assert.Equal(["Complete", "Complete", "Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal(8, SavedFolder.Files(Destination).Length);
    }

    [Fact]
    public void A_PACS_with_one_association_at_a_time_is_waited_for()
    {
        using var server = new DcmqrscpServer(servers.Data.Folder, maximumAssociations: 1);
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -After 20210101 -NoModalityLookup | Save-PacsStudy -Destination d -ThrottleLimit 3",
            ("server", server.Address));
        Assert.Equal(["Complete", "Complete", "Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Empty(SavedFolder.Staging(Destination));
    }

    [Fact]
    public void Ctrl_C_with_several_under_way_ends_them_all()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 20_000, fallSilent: true);
        _engine.RunAndStop(
            "Save-PacsStudy -Server $server -StudyInstanceUid $one, $two -Destination d -ThrottleLimit 2 "
                + $"-DimseTimeoutSeconds {Wait.LongerThanLimit} -TimeoutSeconds {Wait.LongerThanLimit}",
            () => RunningPrograms.GetScusIn(_engine.Folder).Length == 2,
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("one", TestData.NuclearMedicineStudy),
            ("two", TestData.TomographyStudy));
        proxy.WaitUntilAllClosed();
        Assert.Empty(RunningPrograms.GetScusIn(_engine.Folder));
        Assert.Empty(SavedFolder.Staging(Destination));
    }

    [Fact]
    public void A_consumer_that_has_enough_ends_the_retrieval()
    {
        var result = _engine.Run(
            "do { Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d | ForEach-Object { $_; "
                + "break } } while ($false)",
            ("server", servers.Of("dcmqrscp").Address));
        Assert.Single(result.ThrowIfFailed().Output);
        Assert.Single(Directory.GetFiles(Path.Combine(Destination, ".pacsnm"), "*.jsonl"));
        Assert.Empty(SavedFolder.Staging(Destination));
    }

    [Fact]
    public void A_file_of_another_study_is_not_filed_and_harms_nothing()
    {
        using var fake = new FakeTool($$"""
            while [ $# -gt 0 ]; do [ "$1" = -od ] && od=$2; shift; done
            for f in '{{servers.Data.Folder}}'/*.dcm; do u=$(basename "$f" .dcm); cp "$f" "$od/$u"; done
            echo nonsense > "$od/1.2.3"
            """);
        var run = HostProcess.Run(
            $"Save-PacsStudy -Server {servers.Of("dcmqrscp").Address} -StudyInstanceUid {TestData.NuclearMedicineStudy} "
                + $"-Destination '{Destination}' -MaxStudies 1 | ForEach-Object {{ \"$($_.Status) $($_.Received)\" }}",
            ("PATH", fake.Path));
        Assert.Equal("Complete 3", run.Output.Trim());
        Assert.Equal(
            servers.Data.InstancesOf(TestData.NuclearMedicineStudy),
            SavedFolder.Files(Destination).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NEARLINE_studies_come_after_the_others()
    {
        var pacs = _engine.Run("$pacs = Start-PacsSimulator; Find-PacsStudy -Server $pacs -AllDates").ThrowIfFailed();
        Assert.Contains("NEARLINE", pacs.Texts("InstanceAvailability"));
        var saved = _engine.Run("""
            $found = Find-PacsStudy -Server $pacs -AllDates
            $nearline = @($found | Where-Object InstanceAvailability -eq 'NEARLINE')
            $found = $nearline + @($found | Where-Object InstanceAvailability -ne 'NEARLINE')
            $where = @{}
            $found | ForEach-Object { $where[$_.StudyInstanceUid] = "$($_.InstanceAvailability)" }
            $found | Save-PacsStudy -Destination d | ForEach-Object { $where[$_.StudyInstanceUid] }
            Stop-PacsSimulator
            """);
        var order = saved.Output.Select(value => $"{value}").ToArray();
        Assert.Equal(order.OrderBy(availability => availability == "NEARLINE"), order);
        Assert.Contains("NEARLINE", order);
        Assert.Contains("ONLINE", order);
        Assert.Empty(saved.Warnings);
    }

    [Fact]
    public void A_dry_run_says_what_is_on_disk_and_about_how_much_there_is()
    {
        var server = servers.Of("Orthanc").Address;
        Save(server, "").ThrowIfFailed();
        File.Delete(SavedFolder.Files(Destination)[0]);
        var run = HostProcess.Run(
            $"Find-PacsStudy -Server {server} -StudyDate 20210901 | Save-PacsStudy -Destination '{Destination}' -WhatIf");
        Assert.Contains("Retrieve 3 instances to", run.Output, StringComparison.Ordinal);
        Assert.Contains("(2 already on disk, about 0.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PACS_that_rejects_every_association_is_named_as_such()
    {
        var result = Save($"WRONG@127.0.0.1:{servers.Of("Orthanc").Port}", "");
        Assert.Equal(["AssociationRejected"], result.ErrorIds);
        Assert.Equal(["Failed"], result.Texts("Status"));
    }

    private EngineResult Save(string server, string more) =>
        _engine.Run(
            $"Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d {more}",
            ("server", server), ("uid", TestData.NuclearMedicineStudy));
}
