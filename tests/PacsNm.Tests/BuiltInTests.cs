using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>The built-in retriever against servers that others wrote, and against the practice PACS.</summary>
public sealed class BuiltInTests(RealServers servers) : IDisposable
{
    private const string Save = "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -Retriever BuiltIn";

    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void What_it_saves_equals_what_was_sent(string name)
    {
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port);
        var result = _engine.Run(
            Save, ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(["BuiltIn"], result.Texts("Retriever"));
        Assert.Equal([1], result.Counts("Attempts"));
        var files = Files();
        var sent = SentMessages.Datasets(proxy.Received);
        Assert.Equal(servers.Data.InstancesOf(TestData.NuclearMedicineStudy), files.Keys.Order());
        foreach (var (uid, file) in files)
        {
            Assert.StartsWith("yes", Dcmtk.Run("dcmftest", file), StringComparison.Ordinal);
            Assert.Equal(uid, Dcmtk.Value(file, "MediaStorageSOPInstanceUID"));
            Assert.Equal(Dcmtk.Pixels(servers.Data.FileOf(uid)), Dcmtk.Pixels(file));
            Assert.Contains(sent, SentMessages.DatasetOfFile(file).SequenceEqual);
        }

        // The hash that was taken on the way is that of the file.
        Assert.Equal(["Intact"], _engine.Run("Test-PacsArchive -Path d").ThrowIfFailed().Texts("Status"));
        Assert.Empty(Staging());
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void The_patient_root_model_and_single_instances(string name)
    {
        var result = _engine.Run(
            """
            Find-PacsStudy -Server $server -PatientId TEST-002 -After 20210101 -InformationModel PatientRoot |
                Find-PacsSeries | Find-PacsInstance | Save-PacsInstance -Destination d -Retriever BuiltIn
            """,
            ("server", servers.Of(name).Address)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status").Distinct());
        Assert.Equal(4, Files().Count);
    }

    [Fact]
    public void A_study_in_several_transfer_syntaxes_with_a_private_class_comes_whole_in_one_association_as_it_is_stored()
    {
        Require.Tool("Orthanc");
        using var study = new MixedStudy(servers.Data, isFull: true);
        using var server = new OrthancServer(study.Folder, byHttp: true);
        var getScu = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination g -Retriever GetScu -RetryCount 0",
            ("server", server.Address), ("uid", MixedStudy.Uid));
        Assert.NotEqual(["Complete"], getScu.Texts("Status"));

        using var proxy = new RecordingProxy(server.Port);
        var result = _engine.Run(
            Save + " -RetryCount 0", ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", MixedStudy.Uid)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));

        // One asked what the study has.
        Assert.Equal(2, proxy.Connections);
        Assert.Equal(6, Files().Count);
        foreach (var (uid, file) in Files())
        {
            var sent = Path.Combine(study.Folder, $"{uid.Split('.')[^2]}.dcm");
            Assert.Equal(Dcmtk.Run("dcmdump", "+P", "TransferSyntaxUID", sent), Dcmtk.Run("dcmdump", "+P", "TransferSyntaxUID", file));
            Assert.Equal(Dcmtk.Pixels(sent), Dcmtk.Pixels(file));
        }
    }

    [Theory]
    [InlineData("dcmqrscp", true)]
    [InlineData("Orthanc", false)]
    public void A_study_of_more_classes_than_one_association_holds_comes_whole(string name, bool isPublic)
    {
        Require.Tool(name);

        // 12 contexts for each class of images, of the 127 that there are beside that of the C-GET.
        string[] classes = isPublic
            ? ["1", "1.1", "1.2", "2", "3.1", "4", "6.1", "7", "12.1", "12.2", "20", "128"]
            : [.. Enumerable.Range(1, 12).Select(number => $"{number}")];
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "classes")).FullName;
        foreach (var (index, last) in classes.Index())
        {
            var file = Path.Combine(folder, $"{index}.dcm");
            File.Copy(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), file);
            Dcmtk.Run(
                "dcmodify", "-nb", "-m", $"SOPInstanceUID={TestData.RecentStudy}.1.{index + 1}",
                "-m", $"SOPClassUID={(isPublic ? "1.2.840.10008.5.1.4.1.1" : MixedStudy.PrivateClass)}.{last}", file);
        }

        using RealServer server = isPublic ? new DcmqrscpServer(folder) : new OrthancServer(folder, byHttp: true);
        using var proxy = new RecordingProxy(server.Port);

        // dcmqrscp does not tell the classes. Orthanc does; it ends a C-GET at the first instance that has no context, and is
        // asked again for the rest.
        var result = _engine.Run(
            Save + (isPublic ? " -RetryCount 0" : ""),
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.RecentStudy)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(classes.Length, Files().Count);

        // One asked what the study has.
        Assert.True(proxy.Connections > 2);
    }

    [Fact]
    public void What_comes_in_several_associations_has_not_failed_where_the_PACS_only_counts_it()
    {
        // Without a list all classes are asked for; an RT Structure Set is not among the common ones of the first association.
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "classes")).FullName;
        foreach (var (number, sopClass) in new[] { (1, "7"), (2, "481.3") })
        {
            var file = Path.Combine(folder, $"{number}.dcm");
            File.Copy(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), file);
            Dcmtk.Run(
                "dcmodify", "-nb", "-m", $"SOPInstanceUID={TestData.RecentStudy}.1.{number}",
                "-m", $"SOPClassUID=1.2.840.10008.5.1.4.1.1.{sopClass}", file);
        }

        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -Path $folder -Quirk RefuseImageLevel
            Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d -Retriever BuiltIn
            Stop-PacsSimulator -Server $pacs
            """, ("folder", folder)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(["Count"], result.Texts("Expectation"));
        Assert.Equal([1], result.Counts("Attempts"));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_failure_is_not_believed_where_every_instance_came(string name)
    {
        // A status of success before counters is a C-GET's.
        byte[] success = [0, 0, 0, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x10];
        byte[] failure = [0, 0, 0, 9, 2, 0, 0, 0, 0x02, 0xA7, 0, 0, 0x21, 0x10];
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port) { Exchange = (success, failure) };
        var result = _engine.Run(
            Save + " -RetryCount 0",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy)).ThrowIfFailed();
        Assert.True(proxy.Received.AsSpan().IndexOf(failure) > 0);
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(3, Files().Count);
    }

    [Fact]
    public void A_server_that_does_not_transcode_sends_each_class_as_it_has_it_in_one_association()
    {
        Require.Tool("dcmqrscp");
        using var study = new MixedStudy(servers.Data, isFull: false);
        using var server = new DcmqrscpServer(study.Folder, profile: MixedStudy.Profile);
        var getScu = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination g -Retriever GetScu -RetryCount 0",
            ("server", server.Address), ("uid", MixedStudy.Uid));
        Assert.Equal(["Partial"], getScu.Texts("Status"));

        var result = _engine.Run(Save + " -RetryCount 0", ("server", server.Address), ("uid", MixedStudy.Uid)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal([1], result.Counts("Attempts"));
    }

    [Fact]
    public void Repair_crosses_over_from_getscu_for_a_class_that_getscu_does_not_know()
    {
        Require.Tool("Orthanc");
        using var study = new MixedStudy(servers.Data, isFull: true);
        using var server = new OrthancServer(study.Folder, byHttp: true);
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d",
            ("server", server.Address), ("uid", MixedStudy.Uid)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Contains("BuiltIn", result.Texts("Retriever")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_getscu_it_takes_its_place_and_the_demo_needs_no_DCMTK()
    {
        var run = HostProcess.Start(
            ["-File", Path.Combine(Repository.Root, "Examples", "demo.ps1"), "-Destination", Path.Combine(_engine.Folder, "d")],
            ("PATH", Path.GetDirectoryName(Environment.ProcessPath)));
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("nstall", run.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Files());
        foreach (var file in Files().Values)
            Dcmtk.Run("dcmftest", file);
    }

    [Fact]
    public void A_large_object_is_hashed_as_it_comes_and_memory_stays_flat()
    {
        const int megabytes = 150;
        var folder = Directory.CreateTempSubdirectory("pacsnm-large-");
        try
        {
            var pixels = Path.Combine(folder.FullName, "pixels");
            var bytes = new byte[1 << 20];
            using (var raw = File.Create(pixels))
            {
                for (var written = 0; written < megabytes; written++)
                {
                    Random.Shared.NextBytes(bytes);
                    raw.Write(bytes);
                }
            }

            var data = folder.CreateSubdirectory("data").FullName;
            var large = Path.Combine(data, "large.dcm");
            File.Copy(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), large);
            Dcmtk.Run("dcmodify", "-nb", "-mf", $"PixelData={pixels}", large);
            using var server = new DcmqrscpServer(data);
            var run = HostProcess.Run($$"""
                $before = [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64
                $study = @{ Server = '{{server.Address}}'; StudyInstanceUid = '{{TestData.RecentStudy}}' }
                $saved = Save-PacsStudy @study -Destination '{{_engine.Folder}}/d' -Retriever BuiltIn -WarningAction Ignore
                "$($saved.Status) $($saved.Bytes -gt {{megabytes << 20}})"
                [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 - $before
                (Test-PacsArchive '{{_engine.Folder}}/d').Status
                """);
            var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("Complete True", lines[0].Trim());
            Assert.InRange(long.Parse(lines[1], null), 0, 70L << 20);
            Assert.Equal("Intact", lines[2].Trim());
            Assert.Equal(Dcmtk.Pixels(large), Dcmtk.Pixels(Files().Values.Single()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_abort_in_mid_object_loses_nothing_and_is_made_good()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, hangUps: 3);
        var result = _engine.Run(
            Save, ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.True(result.Counts("Attempts")[0] > 1);
        Assert.Equal(3, Files().Count);
        Assert.Empty(Staging());
    }

    [Fact]
    public void Silence_in_mid_object_ends_in_its_time_and_keeps_what_was_whole()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, fallSilent: true);
        var result = _engine.Run(
            Save + " -RetryCount 0 -DimseTimeoutSeconds 1",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy));
        Assert.Equal(["Partial"], result.Texts("Status"));
        Assert.Contains("No complete DIMSE message within 1 s", result.Texts("Reason")[0], StringComparison.Ordinal);
        Assert.NotEmpty(Files());
        Assert.Empty(Staging());
    }

    [Fact]
    public void Ctrl_C_in_mid_object_gives_control_back_and_leaves_nothing_behind()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 90_000, fallSilent: true);
        _engine.RunAndStop(
            $"{Save} -DimseTimeoutSeconds {Wait.LongerThanLimit} -TimeoutSeconds {Wait.LongerThanLimit}",
            () => Directory.Exists(Path.Combine(_engine.Folder, "d")) && Files().Count > 0,
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy));
        proxy.WaitUntilAllClosed();
        Assert.NotEmpty(Files());
        Assert.Empty(Staging());
    }

    [Fact]
    public void A_rate_is_kept_and_TLS_is_spoken()
    {
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -UseTls
            Find-PacsStudy -Server $pacs -AccessionNumber ACC0001 |
                Save-PacsStudy -Destination d -Retriever BuiltIn -MaxBytesPerSecond 300000
            Stop-PacsSimulator -Server $pacs
            """).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));

        // A busy machine can only be slower.
        Assert.True(result.BytesPerSecond <= 320_000, $"{result.BytesPerSecond} bytes per second");
    }

    private IEnumerable<string> Staging()
    {
        var folder = Path.Combine(_engine.Folder, "d", ".pacsnm", "staging");
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];
    }

    private Dictionary<string, string> Files() =>
        Directory.EnumerateFiles(Path.Combine(_engine.Folder, "d"), "*.dcm", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!);
}
