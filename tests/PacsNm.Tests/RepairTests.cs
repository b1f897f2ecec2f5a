using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What is missing is asked for again, in other ways; against dcmqrscp and Orthanc, both of which send by halves.</summary>
public sealed class RepairTests(RealServers servers) : IDisposable
{
    private const string Study = "2.25.329800735698586629295641978511506172918.8.1";

    /// <summary>Radiopharmaceutical Radiation Dose SR Storage, which getscu does not propose.</summary>
    private const string DoseReport = "1.2.840.10008.5.1.4.1.1.88.68";

    private readonly Engine _engine = new();

    private string Destination => Path.Combine(_engine.Folder, "d");

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_study_of_mixed_compression_comes_whole_from_a_server_that_does_not_transcode()
    {
        using var plain = new VariedFiles();
        using var compressed = new VariedFiles();
        MixedStudy(plain, compressed, Study);
        MixedStudy(plain, compressed, Study + "1");
        using var server = new DcmqrscpServer(plain.Folder, option: "+xs");
        server.Store(compressed.Folder, "-xs");

        var result = Run(
            "Find-PacsStudy -Server $server -AllDates -NoModalityLookup | Save-PacsStudy -Destination d -Retriever GetScu", server);
        Assert.Equal(["Complete", "Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal([3, 3], result.Values("Received").Cast<int>());
        var attempts = result.Counts("Attempts");

        // As it was, by series, by instance, compressed; then at once what worked.
        Assert.True(attempts[0] > 2, $"{attempts[0]} attempts");
        Assert.Equal(2, attempts[1]);
        Assert.Equal(
            2,
            SavedFolder.Files(Destination).Count(
                file => Dcmtk.Run("dcmdump", "+P", "TransferSyntaxUID", file).Contains("JPEGLossless", StringComparison.Ordinal)));
    }

    [Fact]
    public void Auto_turns_to_the_built_in_retriever_before_it_tries_other_ways()
    {
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator
            Find-PacsStudy -Server $pacs -AccessionNumber ACC0007 | Save-PacsStudy -Destination d
            Stop-PacsSimulator -Server $pacs
            """);
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal(["GetScu", "BuiltIn"], result.Items("Attempts", "Retriever"));
        Assert.Equal(["", ""], result.Items("Attempts", "TransferSyntax"));
    }

    [Fact]
    public void A_PACS_that_cannot_perform_the_sub_operations_is_quoted_and_then_asked_otherwise()
    {
        using var plain = new VariedFiles();
        using var compressed = new VariedFiles();
        plain.Add(servers.Data.FileOf(TestData.RecentStudy + ".1.1"));
        compressed.AddJpegLossless(servers.Data.FileOf(TestData.NuclearMedicineStudy + ".1.2"), $"StudyInstanceUID={Study}");
        using var server = new DcmqrscpServer(plain.Folder, option: "+xs");
        server.Store(compressed.Folder, "-xs");

        var first = Run("Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d -RetryCount 0 -Retriever GetScu", server);
        Assert.Equal(["Failed"], first.Texts("Status"));
        Assert.Equal(["RetrieveIncomplete"], first.ErrorIds);
        Assert.Contains("0xA702", Assert.Single(first.Items("Missing", "Reason")), StringComparison.Ordinal);
        Assert.Empty(SavedFolder.Files(Destination));

        var then = Run("Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d -Retriever GetScu", server);
        Assert.Equal(["Complete"], then.ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void A_class_that_getscu_does_not_propose_is_named_and_asked_for_once()
    {
        using var files = new VariedFiles();
        files.Add(servers.Data.FileOf(TestData.NuclearMedicineStudy + ".1.1"), $"StudyInstanceUID={Study}", $"SOPInstanceUID={Study}.1");
        files.Add(
            servers.Data.FileOf(TestData.NuclearMedicineStudy + ".2.1"), $"StudyInstanceUID={Study}", $"SOPInstanceUID={Study}.2",
            $"SOPClassUID={DoseReport}");
        using var server = new OrthancServer(files.Folder);
        using var proxy = new RecordingProxy(server.Port);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d -Retriever GetScu",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("study", Study));
        Assert.Equal(["Partial"], result.Texts("Status"));
        Assert.Equal(["RetrieveIncomplete"], result.ErrorIds);
        Assert.Equal([$"{Study}.2"], result.Items("Missing", "SopInstanceUid"));
        Assert.Contains(
            "Radiopharmaceutical Radiation Dose SR", Assert.Single(result.Items("Missing", "Reason")), StringComparison.Ordinal);
        Assert.Equal([1], result.Counts("Attempts"));
        Assert.Equal(1, proxy.Requests(CommandField.Get));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Movescu_brings_what_getscu_cannot(bool first)
    {
        using var files = new VariedFiles();
        files.Add(servers.Data.FileOf(TestData.NuclearMedicineStudy + ".1.1"), $"StudyInstanceUID={Study}", $"SOPInstanceUID={Study}.1");
        files.Add(
            servers.Data.FileOf(TestData.NuclearMedicineStudy + ".2.1"), $"StudyInstanceUID={Study}", $"SOPInstanceUID={Study}.2",
            $"SOPClassUID={DoseReport}");
        var port = LoopbackPort.Free();
        using var server = new OrthancServer(files.Folder, movePort: port);
        var result = Run(
            $"Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d -Retriever {(first ? "MoveScu" : "GetScu")} "
                + $"-LocalPort {port}",
            server);
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal([first ? "MoveScu" : "GetScu, MoveScu"], result.Texts("Retriever"));
        Assert.Equal(2, SavedFolder.Files(Destination).Length);
        Assert.Empty(SavedFolder.Staging(Destination));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Movescu_receives_on_its_own_port(string name)
    {
        var port = LoopbackPort.Free();
        using RealServer server = name == "Orthanc"
            ? new OrthancServer(servers.Data.Folder, movePort: port)
            : new DcmqrscpServer(servers.Data.Folder, movePort: port);
        var result = Run(
            $"Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d -Retriever MoveScu -LocalPort {port} "
                + "-ThrottleLimit 3",
            server);
        Assert.Equal(["Complete", "Complete", "Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal(8, SavedFolder.Files(Destination).Length);
    }

    [Fact]
    public void A_port_in_use_is_told_before_anything_is_asked()
    {
        using var taken = new SilentServer();
        using var proxy = new RecordingProxy(servers.Of("dcmqrscp").Port);
        var result = _engine.Run(
            $"Find-PacsStudy -Server DCMQRSCP@127.0.0.1:{proxy.Port} -AllDates | "
                + $"Save-PacsStudy -Destination d -Retriever MoveScu -LocalPort {taken.Port}");
        Assert.Equal(["PortUnusable"], result.ErrorIds);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public void A_success_of_zero_objects_is_asked_about_once_more()
    {
        using var proxy = new RecordingProxy(servers.Of("dcmqrscp").Port);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d",
            ("server", $"DCMQRSCP@127.0.0.1:{proxy.Port}"), ("study", Study));
        Assert.Equal(["Empty"], result.Texts("Status"));
        Assert.Equal([2], result.Counts("Attempts"));
        Assert.Equal(2, proxy.Requests(CommandField.Get));
        Assert.Equal("", Path.GetFileName(string.Concat(SavedFolder.Files(Destination))));
    }

    [Fact]
    public async Task A_getscu_that_is_killed_is_run_again()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, fallSilent: true, hangUps: 2);
        var killing = Task.Run(() => Wait.Until("getscu is killed", KillGetScu), TestContext.Current.CancellationToken);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("study", TestData.NuclearMedicineStudy));
        await killing;
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal([2], result.Counts("Attempts"));
        Assert.Equal(3, SavedFolder.Files(Destination).Length);
        Assert.Empty(SavedFolder.Staging(Destination));
    }

    [Fact]
    public void What_a_dead_association_left_unfinished_is_all_that_is_asked_for_again()
    {
        // Silence ends at the idle limit; the two objects that came before it are not sent again.
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 140_000, fallSilent: true, hangUps: 2);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $study -Destination d -DimseTimeoutSeconds 1",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("study", TestData.NuclearMedicineStudy));
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.InRange(proxy.Received.Length, 132_000, 280_000);
    }

    /// <summary>Kills the getscu of this test once something has been filed.</summary>
    private bool KillGetScu()
    {
        if (SavedFolder.Files(Destination).Length == 0)
            return false;
        var mine = RunningPrograms.GetScusIn(_engine.Folder).FirstOrDefault();
        mine?.Kill();
        return mine is not null;
    }

    private void MixedStudy(VariedFiles plain, VariedFiles compressed, string study)
    {
        var data = servers.Data;
        string[] Changes(int number) =>
            [$"StudyInstanceUID={study}", $"SeriesInstanceUID={study}.1", $"SOPInstanceUID={study}.1.{number}", "StudyDate=20210901"];
        plain.Add(data.FileOf(TestData.NuclearMedicineStudy + ".1.1"), Changes(1));
        plain.Add(data.FileOf(TestData.NuclearMedicineStudy + ".2.1"), Changes(2));
        compressed.AddJpegLossless(data.FileOf(TestData.NuclearMedicineStudy + ".1.2"), Changes(3));
    }

    private EngineResult Run(string script, RealServer server) =>
        _engine.Run(script, ("server", server.Address), ("study", Study));
}
