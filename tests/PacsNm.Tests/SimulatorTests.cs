using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// The practice PACS, asked by DCMTK's findscu, getscu, movescu and echoscu, and by Orthanc as a client. What our cmdlets do
/// with a PACS is proved against dcmqrscp and Orthanc; here it is the practice PACS that is tested.
/// </summary>
public sealed class SimulatorTests(RealServers servers) : IDisposable
{
    // PDU types (PS3.8 9.3).
    private const byte AssociationAcceptance = 2;
    private const byte Data = 4;
    private const byte ReleaseRequest = 5;

    private readonly Engine _engine = new();
    private int _started;

    private int Port => _started != 0 ? _started : _started = Start("-StudyCount 10 -StudyDate 20210901-20210910");

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void echoscu_is_answered() => Dcmtk.Run("echoscu", "-aec", "PRACTICE", "127.0.0.1", $"{Port}");

    [Fact]
    public void A_wrong_called_AE_title_is_rejected() =>
        Assert.NotEqual(0, Dcmtk.TryRun("echoscu", "-aec", "OTHER", "127.0.0.1", $"{Port}").ExitCode);

    [Theory]
    [InlineData("-S", "STUDY", 10)]
    [InlineData("-S", "SERIES", 19)]
    [InlineData("-S", "IMAGE", 23)]
    [InlineData("-P", "PATIENT", 8)]
    [InlineData("-P", "STUDY", 10)]
    public void findscu_finds_at_each_level(string model, string level, int count) =>
        Assert.Equal(count, Find(model, $"QueryRetrieveLevel={level}", "PatientID").Length);

    [Fact]
    public void A_match_has_nothing_of_the_levels_below()
    {
        var patient = Find("-P", "QueryRetrieveLevel=PATIENT", "PatientID=PRACT-0003", "StudyInstanceUID").Single();
        Assert.Equal("PRACT-0003", Dcmtk.Value(patient, "PatientID"));
        Assert.Contains("no value available", Dcmtk.Run("dcmdump", "+P", "StudyInstanceUID", patient), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PatientName=zzpractice^a*", 1)]
    [InlineData("PatientName=ZZPractice^?ert", 2)]
    [InlineData("PatientName=*練習*", 2)]
    [InlineData("PatientName=*MÜLLER*", 2)]
    [InlineData("PatientName=*", 10)]
    [InlineData("StudyDescription=bone*", 0)]
    [InlineData("StudyDescription=Bone*", 2)]
    [InlineData("StudyDescription=Renal dynamic", 1)]
    [InlineData("StudyDate=20210908-20210909", 2)]
    [InlineData("StudyDate=20210909-", 2)]
    [InlineData("StudyDate=-20210902", 2)]
    [InlineData("StudyDate=20210902", 1)]
    [InlineData("StudyDate=2021", 0)]
    [InlineData("StudyDate=20220101-", 0)]
    [InlineData("StudyDate=-20200101", 0)]
    [InlineData("ModalitiesInStudy=NM", 8)]
    [InlineData("ModalitiesInStudy=SR", 1)]
    [InlineData("SOPClassesInStudy=1.2.840.10008.5.1.4.1.1.88.68", 1)]
    [InlineData("PatientID=PRACT-0003", 2)]
    [InlineData("PatientID=PRACT-0004", 0)]
    [InlineData("AccessionNumber=acc0002", 0)]
    [InlineData("AccessionNumber=ACC2", 0)]
    [InlineData("AccessionNumber=ACC0002", 1)]
    [InlineData("AccessionNumber=ACC000?", 9)]
    [InlineData("InstanceAvailability=NEARLINE", 3)]
    [InlineData("StudyTime=0000-2359", 10)]
    [InlineData("NumberOfStudyRelatedInstances=3", 2)]
    [InlineData("StudyInstanceUID=2.25.302413021204128932108471321042108712345.1.3\\2.25.302413021204128932108471321042108712345.1.4", 2)]
    [InlineData("StudyInstanceUID=2.25.302413021204128932108471321042108712345.1.*", 0)]
    [InlineData("StudyInstanceUID=2.25.302413021204128932108471321042108712345.2.3", 0)]
    public void findscu_matches_as_the_standard_says(string key, int count) =>
        Assert.Equal(count, Find("-S", "SpecificCharacterSet=ISO_IR 192", "QueryRetrieveLevel=STUDY", key).Length);

    [Fact]
    public void An_optional_key_that_is_not_supported_is_ignored_and_the_status_says_so()
    {
        var output = Dcmtk.Run(
            "findscu", "-d", "-S", "-aec", "PRACTICE", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientComments=x", "127.0.0.1", $"{Port}");
        Assert.Contains("0xff01", output, StringComparison.Ordinal);
        Assert.Equal(10, Find("-S", "QueryRetrieveLevel=STUDY", "PatientComments=x").Length);
    }

    [Theory]
    [InlineData("-S", "PATIENT")]
    [InlineData("-S", "WHATEVER")]
    public void A_level_that_the_model_does_not_have_is_refused(string model, string level)
    {
        var output = Dcmtk.TryRun(
            "findscu", "-v", model, "-aec", "PRACTICE", "-k", $"QueryRetrieveLevel={level}", "-k", "PatientID", "127.0.0.1",
            $"{Port}").Output;
        Assert.Contains("DataSetDoesNotMatchSOPClass", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_come_with_their_character_set()
    {
        var file = Find("-S", "QueryRetrieveLevel=STUDY", "PatientName", "AccessionNumber=ACC0005").Single();
        Assert.Equal("ISO_IR 192", Dcmtk.Value(file, "SpecificCharacterSet"));
        Assert.Equal("ZZPractice^Taro=練習^太郎=れんしゅう^たろう", Dcmtk.Value(file, "PatientName"));
    }

    [Fact]
    public void findscu_can_cancel()
    {
        var port = Start("-StudyCount 100000");
        var output = Dcmtk.Run(
            "findscu", "-v", "--cancel", "3", "-S", "-aec", "PRACTICE", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID",
            "127.0.0.1", $"{port}");
        Assert.Contains("Cancel", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Find Response: 100000 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Hundred_thousand_studies_are_the_same_every_time()
    {
        var port = Start("-StudyCount 100000 -StudyDate 20200101-20211231 -Seed 7");
        string[] keys =
            ["QueryRetrieveLevel=STUDY", "StudyDate=20210315", "StudyTime", "PatientName", "PatientBirthDate", "StudyInstanceUID"];
        var first = Dump(Find(port, "-S", keys));
        Assert.InRange(first.Length, 130, 140);
        Assert.Equal(first, Dump(Find(Start("-StudyCount 100000 -StudyDate 20200101-20211231 -Seed 7"), "-S", keys)));
        Assert.NotEqual(first, Dump(Find(Start("-StudyCount 100000 -StudyDate 20200101-20211231 -Seed 8"), "-S", keys)));

        // All days together have all studies, and each once.
        var all = _engine.Run(
            "Find-PacsStudy -Server $pacs -StudyDate 20200101-20211231 -SplitByDate Never | ForEach-Object AccessionNumber");
        Assert.Equal(100_000, all.ThrowIfFailed().Output.Select(number => $"{number}").Distinct().Count());
    }

    [Fact]
    public void A_folder_of_files_is_served_as_it_is()
    {
        using var data = new TestData();
        File.WriteAllText(Path.Combine(_engine.Folder, "readme.txt"), "no DICOM");
        var port = (int)_engine.Run("$files = Start-PacsSimulator -Path $folder; $files.Port", ("folder", data.Folder)).ThrowIfFailed()
            .Output[0].BaseObject;
        var uids = Find(port, "-S", "QueryRetrieveLevel=STUDY", "StudyInstanceUID").Select(file => Dcmtk.Value(file, "StudyInstanceUID"));
        Assert.Contains(TestData.RecentStudy, uids);
        var saved = _engine.Run(
            "Find-PacsStudy -Server $files -AllDates -StudyInstanceUid $uid | Save-PacsStudy -Destination d",
            ("uid", TestData.RecentStudy));
        Assert.Equal(["Complete"], saved.ThrowIfFailed().Texts("Status"));
        var original = data.FileOf(TestData.RecentStudy + ".1.1");
        var copy = Directory.EnumerateFiles(
            Path.Combine(_engine.Folder, "d"), TestData.RecentStudy + ".1.1.dcm", SearchOption.AllDirectories).Single();
        Assert.Equal(Dcmtk.Pixels(original), Dcmtk.Pixels(copy));
        Assert.Equal(["SourceUnusable"], _engine.Run("mkdir empty > $null; Start-PacsSimulator -Path empty").ErrorIds);
        Assert.Equal(["SourceUnusable"], _engine.Run("Start-PacsSimulator -Path nowhere").ErrorIds);
    }

    [Fact]
    public void Files_that_are_not_served_are_counted_and_named_without_their_folders()
    {
        using var data = new TestData();
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "mixed", "inner")).FullName;
        var whole = File.ReadAllBytes(data.FileOf(TestData.RecentStudy + ".1.1"));
        File.WriteAllBytes(Path.Combine(folder, "1-whole.dcm"), whole);
        File.WriteAllBytes(Path.Combine(folder, "2-copy.dcm"), whole);
        File.WriteAllBytes(Path.Combine(folder, "3-cut.dcm"), whole[..^10]);
        File.WriteAllText(Path.Combine(folder, "4-readme.txt"), "not DICOM");
        var result = _engine.Run("$null = Start-PacsSimulator -Path mixed -Verbose").ThrowIfFailed();
        Assert.Contains("does not serve 3 of the files", Assert.Single(result.Warnings).Message, StringComparison.Ordinal);
        var lines = result.Verbose.Select(record => record.Message).Where(line => line.Contains("is not served", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(["'2-copy.dcm'", "'3-cut.dcm'", "'4-readme.txt'"], lines.Select(line => line.Split(' ')[0]));
        Assert.Contains("the same series and SOP Instance UID", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.DoesNotContain("inner", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_SOP_Instance_UID_in_two_series_of_a_folder_is_served_in_both()
    {
        using var files = new VariedFiles();
        using var data = new TestData();
        var original = data.FileOf(TestData.RecentStudy + ".1.1");
        files.Add(original);
        files.Add(original, $"SeriesInstanceUID={TestData.RecentStudy}.9");
        var result = _engine.Run("(Start-PacsSimulator -Path $folder).Port", ("folder", files.Folder)).ThrowIfFailed();
        Assert.Empty(result.Warnings);
        var matches = Find((int)result.Output[0].BaseObject, "-S", "QueryRetrieveLevel=IMAGE", "SeriesInstanceUID", "SOPInstanceUID");
        Assert.Single(matches.Select(match => Dcmtk.Value(match, "SOPInstanceUID")).Distinct());
        Assert.Equal(2, matches.Select(match => Dcmtk.Value(match, "SeriesInstanceUID")).Distinct().Count());
    }

    [Fact]
    public void Orthanc_as_a_client_queries_it_and_has_it_send()
    {
        var port = LoopbackPort.Free();
        using var orthanc = new OrthancServer(servers.Data.Folder, modality: ("PRACTICE", port));
        Start($"-StudyCount 10 -StudyDate 20210901-20210910 -Port {port} -MoveDestination @{{ ORTHANC = {orthanc.Port} }}");
        orthanc.Ask("modalities/pacs/echo", "{}");
        var query = JsonDocument.Parse(
            orthanc.Ask("modalities/pacs/query", """{"Level":"Study","Query":{"StudyDate":"20210901-20210910"}}"""));
        var id = query.RootElement.GetProperty("ID").GetString();
        orthanc.Ask($"queries/{id}/retrieve", orthanc.AETitle);

        // With what it has of before, whose accession numbers begin otherwise.
        var kept = JsonDocument.Parse(orthanc.Ask("tools/find", """{"Level":"Instance","Query":{"AccessionNumber":"ACC0*"}}"""));
        Assert.Equal(23, kept.RootElement.GetArrayLength());
    }

    [Fact]
    public void Several_clients_are_served_at_once()
    {
        using var proxy = new RecordingProxy(Port);
        Assert.Equal(10, Find(proxy.Port, "-S", "QueryRetrieveLevel=STUDY", "StudyInstanceUID").Length);
        var query = ReplayingServer.Pdus(proxy.Sent).TakeWhile(pdu => pdu[0] != ReleaseRequest).SelectMany(pdu => pdu).ToArray();

        // Each has a match while those before it keep their associations.
        var clients = Enumerable.Range(0, 5).Select(_ => new TcpClient("127.0.0.1", Port)).ToList();
        foreach (var client in clients)
        {
            client.ReceiveTimeout = (int)Wait.Limit.TotalMilliseconds;
            client.GetStream().Write(query);
            Assert.Equal(AssociationAcceptance, ReadPdu(client.GetStream()));
            Assert.Equal(Data, ReadPdu(client.GetStream()));
        }

        Assert.Equal(10, Find("-S", "QueryRetrieveLevel=STUDY", "StudyInstanceUID").Length);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void The_Tab_key_completes_the_names_of_quirks()
    {
        var result = _engine.Run("""
            $line = 'Start-PacsSimulator -Quirk Refuse'
            [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText
            """);
        Assert.Equal(["RefuseImageLevel", "RefuseGet", "RefuseMove", "RefuseAll"], result.ThrowIfFailed().Output.Select(name => $"{name}"));
    }

    [Fact]
    public void A_number_or_a_name_that_is_none_is_refused_with_what_there_is()
    {
        Assert.Contains("EmptySuccess", _engine.Run("Start-PacsSimulator -Quirk Nonsense").AllText, StringComparison.Ordinal);
        Assert.NotEmpty(_engine.Run("Start-PacsSimulator -Quirk CapResults=many").ErrorIds);
        Assert.NotEmpty(_engine.Run("Start-PacsSimulator -Quirk RefuseGet=3").ErrorIds);
        Assert.Equal(["InvalidPort"], _engine.Run("Start-PacsSimulator -MoveDestination @{ A = 0 }").ErrorIds);
        Assert.Equal(["InvalidDateRange"], _engine.Run("Start-PacsSimulator -StudyDate yesterday").ErrorIds);
    }

    /// <returns>The type of the PDU.</returns>
    private static byte ReadPdu(NetworkStream stream)
    {
        var header = new byte[6];
        stream.ReadExactly(header);
        stream.ReadExactly(new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(2))]);
        return header[0];
    }

    private int Start(string arguments) =>
        (int)_engine.Run($"$pacs = Start-PacsSimulator {arguments}; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;

    private string[] Find(string model, params string[] keys) => Find(Port, model, keys);

    /// <summary>Lets findscu write its matches to files.</summary>
    private string[] Find(int port, string model, params string[] keys)
    {
        var folder = Directory.CreateTempSubdirectory("find-").FullName;
        var target = Path.Combine(_engine.Folder, Path.GetFileName(folder));
        Directory.Move(folder, target);
        Dcmtk.Run(
            "findscu",
            [
                "-X", "-od", target, model, "-aec", "PRACTICE", .. keys.SelectMany(key => new[] { "-k", key }), "127.0.0.1",
                port.ToString(CultureInfo.InvariantCulture)]);
        return [.. Directory.EnumerateFiles(target).Order(StringComparer.Ordinal)];
    }

    /// <summary>The datasets of files, without the file meta information, which findscu makes (PS3.10 7.1).</summary>
    private static string[] Dump(string[] files) => [.. files.Select(File.ReadAllBytes)
        .Select(bytes => Convert.ToHexString(bytes.AsSpan(144 + BitConverter.ToInt32(bytes, 140))))];
}
