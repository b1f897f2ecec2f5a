using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What lies in a destination, under what names, recorded how; and what Test-PacsArchive says of it.</summary>
public sealed class ArchiveTests(RealServers servers) : IDisposable
{
    private const string Study = "2.25.329800735698586629295641978511506172918.7.1";

    private readonly Engine _engine = new();

    private string Destination => Path.Combine(_engine.Folder, "d");

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_rerun_asks_the_PACS_for_no_object(string name)
    {
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port);
        var address = $"{server.AETitle}@127.0.0.1:{proxy.Port}";
        Save(address).ThrowIfFailed();
        var connections = proxy.Connections;
        var manifests = SavedFolder.Manifests(Destination);
        var again = Save(address).ThrowIfFailed();
        Assert.Equal(["Skipped"], again.Texts("Status"));
        Assert.Equal(
            [(0, 3, 3)],
            again.Output.Select(
                saved => (
                    (int)saved.Properties["Received"].Value, (int)saved.Properties["AlreadyPresent"].Value,
                    (int)saved.Properties["Expected"].Value)));
        Assert.Equal(connections + 1, proxy.Connections);
        Assert.Equal(manifests, SavedFolder.Manifests(Destination));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_rerun_fetches_what_is_missing_and_nothing_else(string name)
    {
        Save(servers.Of(name).Address).ThrowIfFailed();
        var files = SavedFolder.Files(Destination);
        var others = files.Skip(1).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        File.Delete(files[0]);
        var again = Save(servers.Of(name).Address).ThrowIfFailed();
        Assert.Equal(["Complete"], again.Texts("Status"));
        Assert.Equal([1], again.Values("Received").Cast<int>());
        Assert.Equal([2], again.Values("AlreadyPresent").Cast<int>());
        Assert.Equal(files, SavedFolder.Files(Destination));
        Assert.All(others, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.Equal(["Intact"], Verify());
    }

    [Fact]
    public void Force_writes_again_a_file_whose_own_UID_was_spoilt()
    {
        var server = servers.Of("dcmqrscp").Address;
        Save(server).ThrowIfFailed();
        var file = SavedFolder.Files(Destination)[0];
        var uid = Path.GetFileNameWithoutExtension(file);
        Dcmtk.Run("dcmodify", "-nb", "-nmu", "-m", $"SOPInstanceUID={uid[..^1]}9", file);
        Assert.Equal(["Damaged"], _engine.Run("Test-PacsArchive d").Texts("Status"));
        Assert.Equal(["Complete"], Save(server, "-Force").ThrowIfFailed().Texts("Status"));
        Assert.Equal(["Intact"], _engine.Run("Test-PacsArchive d").Texts("Status"));
    }

    [Fact]
    public void Force_writes_again_what_is_there()
    {
        Save(servers.Of("dcmqrscp").Address).ThrowIfFailed();
        var file = SavedFolder.Files(Destination)[0];
        File.AppendAllText(file, "more");
        Assert.Equal(["Damaged"], Verify());
        Assert.Equal(["RetrieveIncomplete"], Save(servers.Of("dcmqrscp").Address).ErrorIds);
        var forced = Save(servers.Of("dcmqrscp").Address, "-Force").ThrowIfFailed();
        Assert.Equal(["Complete"], forced.Texts("Status"));
        Assert.Equal([3], forced.Values("Received").Cast<int>());
        Assert.Equal(["Intact"], Verify());
    }

    [Fact]
    public void The_manifest_says_what_is_on_disk_and_nothing_of_the_patient()
    {
        Save(servers.Of("Orthanc").Address).ThrowIfFailed();
        var manifest = SavedFolder.Manifests(Destination);
        Assert.DoesNotContain("TEST-001", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("ZZTest", manifest, StringComparison.OrdinalIgnoreCase);
        var lines = manifest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("\"Status\":\"Complete\",\"Expected\":3", lines[3], StringComparison.Ordinal);
        foreach (var file in SavedFolder.Files(Destination))
        {
            var line = Assert.Single(lines, line => line.Contains(Path.GetFileName(file), StringComparison.Ordinal));
            var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
            Assert.Contains($"\"Sha256\":\"{sha256}\"", line, StringComparison.Ordinal);
            Assert.Contains($"\"Bytes\":{new FileInfo(file).Length},", line, StringComparison.Ordinal);
            Assert.Contains("\"Retriever\":\"GetScu\"", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folders_are_their_owners_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Save(servers.Of("dcmqrscp").Address).ThrowIfFailed();
        if (OperatingSystem.IsWindows())
            return;
        foreach (var folder in Directory.EnumerateDirectories(Destination, "*", SearchOption.AllDirectories).Append(Destination))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void Test_PacsArchive_tells_what_is_missing_altered_and_unlisted()
    {
        var server = servers.Of("dcmqrscp").Address;
        _engine.Run("Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d", ("server", server)).ThrowIfFailed();
        Assert.Equal(["Intact", "Intact", "Intact"], Verify());
        Assert.Equal(["Intact", "Intact", "Intact"], Verify("-Quick"));

        var files = SavedFolder.Files(Destination);
        var missing = files.First(file => file.Contains(TestData.NuclearMedicineStudy, StringComparison.Ordinal));
        File.Delete(missing);
        var altered = files.First(file => file.Contains(TestData.TomographyStudy, StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(altered);
        bytes[^1] ^= 1;
        File.WriteAllBytes(altered, bytes);
        var added = Path.Combine(Destination, "added.dcm");
        File.Copy(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), added);
        File.WriteAllText(Path.Combine(Destination, "notes.txt"), "no DICOM");

        var result = _engine.Run("Test-PacsArchive d").ThrowIfFailed();
        Assert.Equal(["Damaged", "Damaged", "Unlisted"], result.Texts("Status"));
        Assert.Equal(
            [Path.GetFileNameWithoutExtension(missing), Path.GetFileNameWithoutExtension(altered), added],
            result.Output.Select(
                row => string.Concat(
                    new[] { "Missing", "Altered", "Unlisted" }.SelectMany(list => (IEnumerable<string>)row.Properties[list].Value))));

        // A byte exchanged for another leaves the size.
        Assert.Equal(["Damaged", "Intact", "Unlisted"], Verify("-Quick"));
        File.AppendAllText(Directory.GetFiles(Path.Combine(Destination, ".pacsnm"), TestData.RecentStudy + ".jsonl")[0], "nonsense\n");
        Assert.Equal(["Damaged", "Damaged", "Damaged"], Verify());
    }

    [Fact]
    public void A_folder_that_nothing_was_saved_to_is_told_from_one_that_is_intact() =>
        Assert.Contains(
            "Nothing was saved", Assert.Single(_engine.Run("Test-PacsArchive .").ThrowIfFailed().Warnings).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_archive_that_is_not_there_has_its_error() =>
        Assert.Equal(["ArchiveNotFound"], _engine.Run("Test-PacsArchive nowhere").ErrorIds);

    [Theory]
    [InlineData("Flat", "NM.{0}.1.1", "NM.{0}.1.2", "KO.{0}.2.1")]
    [InlineData("{StudyDate}/{Modality}/{SOPInstanceUID}", "20210901/KO/{0}.2.1", "20210901/NM/{0}.1.1", "20210901/NM/{0}.1.2")]
    [InlineData(
        "{PatientName}\\{AccessionNumber}", "ZZTest^Nuclear/ACC-NM/{0}.1.1.dcm", "ZZTest^Nuclear/ACC-NM/{0}.1.2.dcm",
        "ZZTest^Nuclear/ACC-NM/{0}.2.1.dcm")]
    public void A_layout_names_the_files(string layout, params string[] names)
    {
        var result = Save(servers.Of("Orthanc").Address, $"-Layout '{layout}'").ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(
            names.Select(name => string.Format(null, name, TestData.NuclearMedicineStudy)).Order(StringComparer.Ordinal),
            SavedFolder.Files(Destination).Select(file => Path.GetRelativePath(Destination, file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal));
        Assert.Equal(["Intact"], Verify());
        Assert.DoesNotContain("ZZTest", SavedFolder.Manifests(Destination), StringComparison.Ordinal);
        Assert.Equal(["Skipped"], Save(servers.Of("Orthanc").Address, $"-Layout '{layout}'").ThrowIfFailed().Texts("Status"));
    }

    [Theory]
    [InlineData("{Nonsense}")]
    [InlineData("plain")]
    [InlineData("{StudyDate/{SOPInstanceUID}.dcm")]
    [InlineData("{Patient/ID}/{SOPInstanceUID}.dcm")]
    [InlineData("/x/{SOPInstanceUID}")]
    [InlineData("../{StudyInstanceUID}")]
    [InlineData("{StudyInstanceUID}/con/{SOPInstanceUID}")]
    [InlineData("{PatientID}_{SOPInstanceUID}")]
    public void A_text_that_is_no_layout_is_told_before_anything_is_asked(string layout) =>
        Assert.Equal(
            ["InvalidLayout"], _engine.Run($"Save-PacsStudy -Server A@127.0.0.1:9 -StudyInstanceUid 1.2 -Layout '{layout}'").ErrorIds);

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_PatientID_that_is_a_path_is_a_name(string name)
    {
        using var files = new VariedFiles();
        var ids = new[] { "../../evil", "..", "NUL", "a/b\\c:d*?", "trailing. .", new string('x', 64) };
        for (var number = 0; number < ids.Length; number++)
        {
            // dcmodify takes a backslash for two values.
            files.Add(
                servers.Data.FileOf(TestData.RecentStudy + ".1.1"),
                $"StudyInstanceUID={Study}.{number}", $"SeriesInstanceUID={Study}.{number}.1", $"SOPInstanceUID={Study}.{number}.1.1",
                $"PatientID={ids[number]}");
        }

        using RealServer server = name == "Orthanc" ? new OrthancServer(files.Folder) : new DcmqrscpServer(files.Folder);
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -AllDates | Save-PacsStudy -Destination deep/d", ("server", server.Address)).ThrowIfFailed();
        Assert.Equal(ids.Select(_ => "Complete"), result.Texts("Status"));
        var root = Path.Combine(_engine.Folder, "deep", "d");
        var saved = SavedFolder.Files(root);
        Assert.Equal(ids.Length, saved.Length);
        Assert.Equal(saved.Length, SavedFolder.Files(_engine.Folder).Length);
        Assert.All(saved, file =>
        {
            var folder = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0];
            Assert.DoesNotMatch(@"[\x00-\x1F<>:""/\\|?*]|^\.|[. ]$|^(?i:nul)(\.|$)", folder);
        });
        Assert.All(_engine.Run("Test-PacsArchive deep/d").Texts("Status"), status => Assert.Equal("Intact", status));
    }

    [Fact]
    public void A_run_that_is_killed_leaves_a_sound_archive_and_the_next_one_goes_on_from_there()
    {
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 140_000, fallSilent: true);
        var save = $"Save-PacsStudy -Server ORTHANC@127.0.0.1:{proxy.Port} -StudyInstanceUid {TestData.NuclearMedicineStudy} "
            + $"-Destination '{Destination}'";
        using (var host = HostProcess.Begin(HostProcess.WithModule(save)))
        {
            Wait.Until("a file in the archive", () => SavedFolder.Files(Destination).Length > 0);

            // SIGKILL: nothing of ours runs after it.
            host.Kill();
            host.WaitForExit();
        }

        var before = SavedFolder.Files(Destination).Length;
        Assert.InRange(before, 1, 2);
        Assert.NotEmpty(SavedFolder.Staging(Destination));
        Assert.Equal(["Intact"], Verify());
        var result = Save(server.Address).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));

        // What it had verified and not yet put in its place is not fetched again either.
        var present = (int)result.Values("AlreadyPresent")[0]!;
        Assert.InRange(present, before, 2);
        Assert.Equal([3 - present], result.Values("Received").Cast<int>());
        Assert.Empty(SavedFolder.Staging(Destination));
        Assert.Equal(["Intact"], Verify());
    }

    [Fact]
    public async Task Runs_at_the_same_time_into_one_destination_do_each_other_no_harm()
    {
        var script = $"(Find-PacsStudy -Server {servers.Of("Orthanc").Address} -After 20210101 | "
            + $"Save-PacsStudy -MaxStudies 9 -Destination '{Destination}') | ForEach-Object {{ \"$($_.Status) $($_.Received)\" }}";
        var token = TestContext.Current.CancellationToken;
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => HostProcess.Run(script), token)));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error + run.Output));
        const StringSplitOptions each = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var rows = runs.SelectMany(run => run.Output.Split('\n', each)).Select(row => row.Split(' ')).ToArray();
        Assert.Equal(9, rows.Length);
        Assert.All(rows, row => Assert.Contains(row[0], new[] { "Complete", "Skipped" }));
        Assert.Equal(8, rows.Sum(row => int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(8, SavedFolder.Files(Destination).Length);
        Assert.Empty(SavedFolder.Staging(Destination));
        Assert.Equal(["Intact", "Intact", "Intact"], Verify());
    }

    [Fact]
    public void Save_waits_for_a_study_that_another_run_works_on_as_long_as_its_time_allows()
    {
        Save(servers.Of("dcmqrscp").Address).ThrowIfFailed();
        using var other = new FileStream(
            Path.Combine(Destination, ".pacsnm", TestData.NuclearMedicineStudy + ".jsonl"), FileMode.Open, FileAccess.ReadWrite,
            FileShare.None);
        Assert.Equal(["InUse"], Verify());
        var result = Save(servers.Of("dcmqrscp").Address, "-TimeoutSeconds 1");
        Assert.Equal(["RetrieveTimeout"], result.ErrorIds);
        Assert.Contains("within 1 s", result.AllText, StringComparison.Ordinal);
        Assert.Contains("had the manifest of the study open", result.AllText, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Series_and_instances_are_saved_by_themselves(string name)
    {
        var server = servers.Of(name).Address;
        var series = _engine.Run(
            "Find-PacsSeries -Server $server -StudyInstanceUid $uid | Where-Object Modality -eq 'NM' | Save-PacsSeries -Destination d",
            ("server", server), ("uid", TestData.NuclearMedicineStudy)).ThrowIfFailed();
        Assert.Equal(["Complete"], series.Texts("Status"));
        Assert.Equal([TestData.NuclearMedicineStudy + ".1"], series.Texts("SeriesInstanceUid"));
        Assert.Equal(2, SavedFolder.Files(Destination).Length);

        var instance = _engine.Run(
            "[pscustomobject]@{ StudyInstanceUid = $uid; SeriesInstanceUid = \"$uid.2\"; SopInstanceUid = \"$uid.2.1\" } | "
                + "Save-PacsInstance -Server $server -Destination d").ThrowIfFailed();
        Assert.Equal(["Complete"], instance.Texts("Status"));
        Assert.Equal([1], instance.Values("Received").Cast<int>());
        Assert.Equal(["Skipped"], Save(server).ThrowIfFailed().Texts("Status"));
        Assert.Equal(
            ["InvalidUid"], _engine.Run("Save-PacsSeries -Server $server -StudyInstanceUid 1.2 -SeriesInstanceUid nonsense").ErrorIds);

        var dry = _engine.Run(
            "Find-PacsSeries -Server $server -StudyInstanceUid $uid | Find-PacsInstance | "
                + "Save-PacsInstance -Destination d -WhatIf").ThrowIfFailed();
        Assert.Empty(dry.Output);
    }

    [Fact]
    public void Force_leaves_the_files_of_another_study_alone()
    {
        // A copy under a new Study Instance UID that keeps the SOP Instance UIDs: in Flat both have one name.
        using var files = new VariedFiles();
        files.Add(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), $"StudyInstanceUID={Study}");
        using var server = new DcmqrscpServer(files.Folder);
        _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -Layout Flat", ("server", servers.Of("dcmqrscp").Address),
            ("uid", TestData.RecentStudy)).ThrowIfFailed();
        var result = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -Layout Flat -Force",
            ("server", server.Address), ("uid", Study));
        Assert.Equal(["Failed"], result.Texts("Status"));
        Assert.Equal([1], result.Counts("Attempts"));
        Assert.Contains("the file name of another instance", Assert.Single(result.Items("Missing", "Reason")), StringComparison.Ordinal);
        Assert.Equal(["Intact"], Verify());
    }

    [Fact]
    public void A_second_run_with_a_limit_goes_on_where_the_first_stopped()
    {
        var server = servers.Of("Orthanc").Address;
        foreach (var (received, saved) in new[] { (1, "Partial"), (1, "Partial"), (1, "Complete") })
        {
            Assert.Equal([received], Save(server, "-MaxImages 1").ThrowIfFailed().Values("Received").Cast<int>());
            Assert.Equal([saved], _engine.Run("Test-PacsArchive d").Texts("Saved"));
        }

        Assert.Equal(["Skipped"], Save(server, "-MaxImages 1").ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void A_PACS_that_is_down_changes_no_verdict()
    {
        Save(servers.Of("Orthanc").Address).ThrowIfFailed();
        var manifests = SavedFolder.Manifests(Destination);
        var result = Save($"ORTHANC@127.0.0.1:{LoopbackPort.Free()}");
        Assert.Equal(["PacsUnreachable"], result.ErrorIds);
        Assert.Equal([3], result.Values("AlreadyPresent").Cast<int>());
        Assert.Equal(manifests, SavedFolder.Manifests(Destination));
    }

    [Fact]
    public void A_place_that_cannot_be_had_is_the_matter_of_one_study()
    {
        Directory.CreateDirectory(Destination);
        File.WriteAllText(Path.Combine(Destination, "TEST-001"), "in the way");
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -After 20210101 | Save-PacsStudy -Destination d", ("server", servers.Of("Orthanc").Address));
        Assert.Equal(["Complete", "Complete", "Failed"], result.Texts("Status").Order());
        Assert.Equal(["RetrieveIncomplete"], result.ErrorIds);
        Assert.DoesNotContain("TEST-001", result.AllText, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "TEST-001", string.Concat(result.Errors.Select(error => error.CategoryInfo.TargetName + error.Exception)),
            StringComparison.Ordinal);
        Assert.Empty(SavedFolder.Staging(Destination));
    }

    [Fact]
    public void A_list_that_the_PACS_cuts_short_proves_nothing()
    {
        // Orthanc lists two of the three slices, and counts four instances in all.
        using var server = new OrthancServer(servers.Data.Folder, limit: 2);
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 26_000);
        var cut = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d -RetryCount 0",
            ("server", $"ORTHANC@127.0.0.1:{proxy.Port}"), ("uid", TestData.TomographyStudy));
        Assert.Equal(["Partial"], cut.Texts("Status"));
        Assert.Equal([4], cut.Values("Expected").Cast<int>());
        var whole = _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d",
            ("server", server.Address), ("uid", TestData.TomographyStudy));
        Assert.Equal(["Complete"], whole.ThrowIfFailed().Texts("Status"));
        Assert.Equal(4, SavedFolder.Files(Destination).Length);
    }

    private EngineResult Save(string server, string more = "") =>
        _engine.Run(
            $"Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d {more}",
            ("server", server), ("uid", TestData.NuclearMedicineStudy));

    private string[] Verify(string more = "") => _engine.Run($"Test-PacsArchive d {more}").ThrowIfFailed().Texts("Status");
}
