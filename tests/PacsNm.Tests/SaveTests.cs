using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Save-PacsStudy against servers that others wrote: dcmqrscp and Orthanc.</summary>
public sealed class SaveTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void What_the_pipeline_saves_equals_what_was_sent(string name)
    {
        var result = Run(name, """
            Find-PacsStudy -Server $server -StudyDate 20210901-20210930 |
                Where-Object { $_.ModalitiesInStudy -contains 'NM' } |
                Save-PacsStudy -Destination d
            """).ThrowIfFailed();
        var saved = Assert.Single(result.Output);
        Assert.Equal("Complete", $"{saved.Properties["Status"].Value}");
        Assert.Equal(3, saved.Properties["Received"].Value);
        var files = SavedFiles("d");
        Assert.Equal(servers.Data.InstancesOf(TestData.NuclearMedicineStudy), files.Keys.Order());
        foreach (var (uid, file) in files)
        {
            Assert.StartsWith("yes", Dcmtk.Run("dcmftest", file), StringComparison.Ordinal);
            Assert.Equal(uid, Dcmtk.Value(file, "SOPInstanceUID"));
            Assert.Equal(Dcmtk.Pixels(servers.Data.FileOf(uid)), Dcmtk.Pixels(file));
        }

        Assert.StartsWith(
            Path.Combine(_engine.Folder, "d", "TEST-001", TestData.NuclearMedicineStudy), files.Values.First(), StringComparison.Ordinal);
        Assert.Empty(Staging("d"));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_dry_run_names_every_study_and_touches_nothing(string name)
    {
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port);
        _engine.Run(
            "$studies = Find-PacsStudy -Server $server -After 20210101",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}")).ThrowIfFailed();
        var before = proxy.Connections;
        var result = _engine.Run("$studies | Save-PacsStudy -Destination dry -WhatIf").ThrowIfFailed();
        Assert.Empty(result.Output);
        Assert.Equal(before, proxy.Connections);
        Assert.False(Directory.Exists(Path.Combine(_engine.Folder, "dry")));

        var host = HostProcess.Run(
            $"Find-PacsStudy -Server {server.Address} -After 20210101 | Save-PacsStudy -Destination '{_engine.Folder}/dry' -WhatIf");
        Assert.Equal(0, host.ExitCode);
        foreach (var uid in new[] { TestData.NuclearMedicineStudy, TestData.TomographyStudy, TestData.RecentStudy })
            Assert.Contains($"Study {uid} at {server.Address}", host.Output, StringComparison.Ordinal);
        Assert.Contains(name == "Orthanc" ? "Retrieve 3 instances to" : "Retrieve all instances to", host.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_engine.Folder, "dry")));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_study_is_saved_by_its_uid_from_a_column(string name)
    {
        var result = Run(
            name,
            "[pscustomobject]@{ StudyInstanceUid = $uid; Server = $server } | Save-PacsStudy -OutputPath d",
            ("uid", TestData.TomographyStudy)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(4, SavedFiles("d").Count);
    }

    [Fact]
    public void A_server_remembers_what_retrieves_from_it_and_on_which_port()
    {
        var port = LoopbackPort.Free();
        using var orthanc = new OrthancServer(servers.Data.Folder, modality: ("MOVER", port));
        var result = _engine.Run(
            "$pacs = [PacsNm.PacsServer]@{ ComputerName = '127.0.0.1'; Port = $own; CalledAETitle = 'ORTHANC'; CallingAETitle = 'MOVER'; "
                + "Retriever = 'MoveScu'; LocalPort = $port }; Find-PacsStudy -Server $pacs -StudyDate 20210901 | "
                + "Save-PacsStudy -Destination d",
            ("own", orthanc.Port), ("port", port)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(["MoveScu"], result.Texts("Retriever"));
        Assert.Equal(
            ["GetScu"],
            _engine.Run(
                "Find-PacsStudy -Server $pacs -StudyDate 20210901 | "
                    + "Save-PacsStudy -Destination e -Retriever GetScu").ThrowIfFailed().Texts("Retriever"));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void The_patient_root_model_serves_the_whole_way(string name)
    {
        var result = Run(
            name,
            "Find-PacsStudy -Server $server -PatientId TEST-002 -After 20210101 -InformationModel PatientRoot | "
                + "Save-PacsStudy -Destination d").ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(["Instances"], result.Texts("Expectation"));
        var instances = Run(
            name,
            "Find-PacsStudy -Server $server -PatientId TEST-002 -After 20210101 -InformationModel PatientRoot | Find-PacsSeries | "
                + "Find-PacsInstance");
        Assert.Equal(4, instances.ThrowIfFailed().Output.Count);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void MaxImages_is_exact(string name)
    {
        var result = Run(
            name,
            "Find-PacsStudy -Server $server -StudyDate 20210901-20210930 | Save-PacsStudy -Destination d -MaxImages 5").ThrowIfFailed();
        Assert.Equal(5, SavedFiles("d").Count);
        Assert.Equal(["Complete", "Complete"], result.Texts("Status"));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void MaxStudies_stops_after_so_many(string name)
    {
        var result = Run(name, "Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -o d -MaxStudies 1").ThrowIfFailed();
        Assert.Single(result.Output);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void What_is_there_already_is_left_alone(string name)
    {
        const string script = "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d";
        Run(name, script, ("uid", TestData.RecentStudy)).ThrowIfFailed();
        var file = Assert.Single(SavedFiles("d")).Value;
        var written = File.GetLastWriteTimeUtc(file);
        var again = Run(name, script, ("uid", TestData.RecentStudy)).ThrowIfFailed();
        Assert.Equal([1], again.Values("AlreadyPresent").Cast<int>());
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_study_that_the_server_has_not_is_no_success(string name)
    {
        var result = Run(name, "Save-PacsStudy -Server $server -StudyInstanceUid 1.2.3.4.5 -Destination d");

        // dcmqrscp reports success, Orthanc a failure.
        Assert.Equal([name == "Orthanc" ? "Failed" : "Empty"], result.Texts("Status"));
        Assert.Equal([name == "Orthanc" ? "RetrieveIncomplete" : "RetrieveEmpty"], result.ErrorIds);
        Assert.NotEmpty(result.Texts("Reason")[0]);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void No_patient_is_named_in_what_is_told(string name)
    {
        var result = Run(name, """
            Find-PacsStudy -Server $server -After 20210101 -Verbose -Debug | Save-PacsStudy -Destination d -Verbose
            Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d -Verbose -WhatIf
            """);
        Assert.NotEmpty(result.AllText);
        Assert.DoesNotContain("ZZTest", result.AllText, StringComparison.Ordinal);
        Assert.DoesNotContain("TEST-00", result.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_from_Find_to_Save_works_with_a_server_that_has_one_association_at_a_time()
    {
        using var server = new DcmqrscpServer(servers.Data.Folder, maximumAssociations: 1);
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -After 20210101 -NoModalityLookup | Save-PacsStudy -Destination d", ("server", server.Address));
        Assert.Equal(["Complete", "Complete", "Complete"], result.ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void Progress_counts_studies_and_instances_under_them()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 60_000, fallSilent: true);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -TimeoutSeconds 2",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy));
        Assert.Contains(result.Progress, record => record.ParentActivityId < 0);
        Assert.Contains(
            result.Progress,
            record => record.ParentActivityId > 0 && record.StatusDescription.Contains("of 3 instances", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Orthanc", "GetScu")]
    [InlineData("dcmqrscp", "GetScu")]
    [InlineData("Orthanc", "BuiltIn")]
    [InlineData("dcmqrscp", "BuiltIn")]
    public void A_SOP_Instance_UID_that_is_a_path_is_a_violation(string name, string retriever)
    {
        var server = servers.Of(name);
        var uid = TestData.RecentStudy + ".1.1";
        using var proxy = new RecordingProxy(server.Port)
        {
            Exchange = (System.Text.Encoding.ASCII.GetBytes(uid), System.Text.Encoding.ASCII.GetBytes("../../" + uid[6..])),
        };
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -RetryCount 0 -Retriever $retriever",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.RecentStudy), ("retriever", retriever));
        Assert.Equal(["Failed"], result.Texts("Status"));
        Assert.Contains("SOP Instance UID is not", result.Texts("Reason")[0], StringComparison.Ordinal);
        Assert.Empty(SavedFolder.Files(_engine.Folder));
    }

    [Fact]
    public void Silence_in_mid_object_ends_with_a_timeout_and_keeps_what_was_whole()
    {
        // Behind the plan and one object of 65 KB, within the next.
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, fallSilent: true);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -TimeoutSeconds 2",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy));
        Assert.Equal(["RetrieveTimeout"], result.ErrorIds);
        Assert.Contains("within 2 s", result.AllText, StringComparison.Ordinal);
        Assert.Equal(["Partial"], result.Texts("Status"));
        Assert.NotEmpty(SavedFiles("d"));
        Assert.All(SavedFiles("d").Values, file => Dcmtk.Run("dcmftest", file));
        Assert.Empty(Staging("d"));
    }

    [Fact]
    public void An_abort_in_mid_object_loses_nothing_and_is_made_good()
    {
        // The plan's association is let be; the first retrieval is cut, on each of its first two connections.
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, hangUps: 3);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.True(result.Counts("Attempts")[0] > 1);
        Assert.Equal(3, SavedFiles("d").Count);
        Assert.Empty(Staging("d"));
    }

    [Fact]
    public void Without_repair_an_abort_in_mid_object_keeps_what_was_whole_and_says_what_is_missing()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -RetryCount 0",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy));
        Assert.Equal(["RetrieveIncomplete"], result.ErrorIds);
        Assert.Equal(["Partial"], result.Texts("Status"));
        var missing = result.Items("Missing", "SopInstanceUid");
        Assert.NotEmpty(missing);
        Assert.Equal(servers.Data.InstancesOf(TestData.NuclearMedicineStudy), SavedFiles("d").Keys.Concat(missing).Order());
        Assert.All(result.Items("Missing", "Reason"), Assert.NotEmpty);
        Assert.Empty(Staging("d"));
    }

    [Fact]
    public void Ctrl_C_in_mid_object_gives_control_back_and_leaves_no_process()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, fallSilent: true);
        _engine.RunAndStop(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d "
                + $"-DimseTimeoutSeconds {Wait.LongerThanLimit} -TimeoutSeconds {Wait.LongerThanLimit}",
            () => Directory.Exists(Path.Combine(_engine.Folder, "d")) && SavedFiles("d").Count > 0,
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy));
        proxy.WaitUntilAllClosed();
        Assert.NotEmpty(SavedFiles("d"));
        Assert.Empty(Staging("d"));
        Assert.Empty(RunningPrograms.GetScusIn(_engine.Folder));
    }

    private IEnumerable<string> Staging(string destination)
    {
        var folder = Path.Combine(_engine.Folder, destination, ".pacsnm", "staging");
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];
    }

    private Dictionary<string, string> SavedFiles(string destination) =>
        Directory.EnumerateFiles(Path.Combine(_engine.Folder, destination), "*.dcm", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!);

    private EngineResult Run(string name, string script, params (string Name, object? Value)[] variables) =>
        _engine.Run(script, [("server", servers.Of(name).Address), .. variables]);
}
