using System.Diagnostics;
using System.Text;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What quirks of the practice PACS put on the wire, as DCMTK's findscu, getscu and echoscu see it.</summary>
public sealed class QuirkWireTests : IDisposable
{
    private const string Root = "2.25.302413021204128932108471321042108712345.1";

    private readonly Engine _engine = new();
    private int _port;

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void DuplicateUid_lists_and_sends_two_objects_of_one_UID()
    {
        // getscu writes both to one file, so that what was sent is read from the network.
        var objects = SentObjects("DuplicateUid").Where(sent => Has(sent, 0x0008, 0x0018, $"{Root}.1.1.1")).ToArray();
        Assert.Equal(2, objects.Length);
        Assert.True(Has(objects[0], 0x0020, 0x000E, $"{Root}.1.1") && Has(objects[1], 0x0020, 0x000E, $"{Root}.1.2"));
        Assert.Equal(
            [$"{Root}.1.1.1", $"{Root}.1.1.1", $"{Root}.1.3.1"],
            Find("IMAGE", $"StudyInstanceUID={Root}.1", "SOPInstanceUID").Select(match => Dcmtk.Value(match, "SOPInstanceUID")));
    }

    [Theory]
    [InlineData("SurplusBytes", 16)]
    [InlineData("SurplusBytes=1", 1)]
    public void SurplusBytes_follow_the_last_element(string quirk, int count)
    {
        // getscu refuses an odd length, and gets no more than the first object then.
        var sent = SentObjects(quirk);
        Assert.NotEmpty(sent);
        Assert.Equal(SentObjects("IgnoreCancel").Take(sent.Count).Select(honest => honest.Concat(new byte[count])), sent);
    }

    [Fact]
    public void StopAtUnsupported_does_not_send_what_is_behind()
    {
        // The first object is compressed, which getscu does not propose; the second one is not.
        Start("IgnoreCancel");
        Assert.Single(Get(7));
        Start("StopAtUnsupported");
        Assert.Empty(Get(7));
        Assert.Contains("0xc000", TryGet(7, "-d").Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, Get(1).Length);
    }

    [Fact]
    public void IgnoreStudyDate_returns_all_dates()
    {
        Start("IgnoreStudyDate");
        Assert.Equal(20, Find("STUDY", "StudyDate=19990101", "StudyInstanceUID").Length);
        Assert.Single(Find("STUDY", "StudyDate=19990101", "AccessionNumber=ACC0003"));
    }

    [Fact]
    public void RefuseAll_refuses_queries_and_retrievals()
    {
        Start("RefuseAll");
        Assert.Contains("0xa700", TryFind("STUDY", "-d", "StudyInstanceUID").Output, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Find("STUDY", "StudyInstanceUID"));
        Assert.Contains("0xa702", TryGet(1, "-d").Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void SuccessWhenBusy_sends_a_study_when_it_is_asked_for_again()
    {
        Start("SuccessWhenBusy");
        Assert.Contains("Success", TryGet(1, "-v").Output, StringComparison.Ordinal);
        Assert.Equal([3, 0, 2], new[] { Get(1).Length, Get(3).Length, Get(3).Length });
    }

    [Fact]
    public void NoSopClassAtImageLevel_leaves_it_out()
    {
        Start("NoSopClassAtImageLevel");
        var matches = Find("IMAGE", $"StudyInstanceUID={Root}.1", "SOPClassUID", "SOPInstanceUID");
        Assert.Equal(3, matches.Length);
        Assert.All(matches, match => Assert.Empty(Dcmtk.Run("dcmdump", "+P", "SOPClassUID", match)));
    }

    [Theory]
    [InlineData("STUDY", "NumberOfStudyRelatedInstances")]
    [InlineData("SERIES", "NumberOfSeriesRelatedInstances")]
    public void NoSeriesCount_leaves_the_counts_out(string level, string count)
    {
        Start("NoSeriesCount");
        var match = Find(level, $"StudyInstanceUID={Root}.2", count, "NumberOfStudyRelatedSeries").Single();
        Assert.Empty(Dcmtk.Run("dcmdump", "+P", count, match));
        Assert.Equal("1", Dcmtk.Value(match, "NumberOfStudyRelatedSeries"));
    }

    [Fact]
    public void AbortAfterCancel_goes_on_and_then_aborts()
    {
        // Two responses a second: the abort comes in the middle of the matches.
        Start("AbortAfterCancel=2, SlowResponses=500");
        var output = TryFind("STUDY", "-v", ["--cancel", "1"], "StudyInstanceUID").Output;
        Assert.Contains("Peer aborted Association", output, StringComparison.Ordinal);
        Assert.Contains("Find Response: 3", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Find Response: 20", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AbortAfterCancel_is_silent_where_the_matches_end_before()
    {
        Start("AbortAfterCancel=2, SlowResponses=20");
        var output = TryFind("STUDY", "-v", ["--cancel", "1"], "StudyInstanceUID").Output;
        Assert.Contains("Find Response: 20", output, StringComparison.Ordinal);
        Assert.Contains("Peer aborted Association", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Final Find Response", output, StringComparison.Ordinal);
    }

    [Fact]
    public void SilentRelease_leaves_the_release_without_an_answer()
    {
        Start("SilentRelease");
        var (exitCode, output) = Dcmtk.TryRun("echoscu", "-v", "--acse-timeout", "1", "-aec", "PRACTICE", "127.0.0.1", $"{_port}");
        Assert.Contains("Received Echo Response (Success)", output, StringComparison.Ordinal);
        Assert.Contains("Association Release Failed", output, StringComparison.Ordinal);
        Assert.NotEqual(0, exitCode);
    }

    [Fact]
    public void BadUids_break_the_standard_in_each_way_and_are_keys_like_any_other()
    {
        Start("BadUids");
        string[] Uids(string[] matches, string keyword) => [.. matches.Select(match => RawUid(match, keyword))];
        var series = Uids(Find("SERIES", $"StudyInstanceUID={Root}.1", "SeriesInstanceUID"), "SeriesInstanceUID");
        Assert.Equal([$"{Root}.1.1.ABC", $"{Root}.1.2.".PadRight(70, '1'), $"{Root}.1.3."], series);
        var instances = Uids(Find("IMAGE", $"StudyInstanceUID={Root}.8", "SOPInstanceUID"), "SOPInstanceUID");
        Assert.Equal(5, instances.Distinct().Count());
        Assert.Equal(
            [$"{Root}.8.1.1.".PadRight(70, '1'), $"{Root}.8.1.2.", $"{Root}.8.1.3.007", $"{Root}.8.1.4.ABC"], instances[..4]);

        // They are keys like any other.
        string[] keys = [$"StudyInstanceUID={Root}.8", $"SeriesInstanceUID={Root}.8.1.ABC", $"SOPInstanceUID={Root}.8.1.3.007"];
        Assert.Equal([$"{Root}.8.1.3.007"], Uids(Find("IMAGE", keys), "SOPInstanceUID"));
    }

    [Fact]
    public void CommandMismatch_sends_objects_of_another_UID_and_class_than_announced()
    {
        Start("CommandMismatch");
        var file = Get(2).Single();

        // getscu writes the command's UIDs into the file meta information.
        string Dump(string keyword) => Dcmtk.Run("dcmdump", "+P", keyword, file);
        Assert.Equal($"{Root}.2.1.1", Dcmtk.Value(file, "MediaStorageSOPInstanceUID"));
        Assert.Equal($"{Root}.2.1.1.9", Dcmtk.Value(file, "SOPInstanceUID"));
        Assert.Contains("NuclearMedicineImageStorage", Dump("MediaStorageSOPClassUID"), StringComparison.Ordinal);
        Assert.Contains("SecondaryCaptureImageStorage", Dump("SOPClassUID"), StringComparison.Ordinal);
    }

    [Fact]
    public void Capacity_serves_one_object_after_the_other()
    {
        // 23 objects take 20 ms each, however many associations ask for them.
        Start("Capacity=1", "-StudyCount 10");
        var clock = Stopwatch.StartNew();
        var received = 0;
        Parallel.For(1, 11, study => Interlocked.Add(ref received, Get(study).Length));
        Assert.True(received > 15, $"{received}");
        Assert.True(clock.Elapsed > TimeSpan.FromMilliseconds(20 * received), $"{clock.Elapsed}");
    }

    private void Start(string quirks, string arguments = "") =>
        _port = (int)_engine.Run($"(Start-PacsSimulator -Quirk {quirks} {arguments}).Port").ThrowIfFailed().Output[0].BaseObject;

    private string[] Find(string level, params string[] keys) => Find(_port, level, keys);

    /// <summary>The matches as files, in the order in which they came.</summary>
    private string[] Find(int port, string level, params string[] keys)
    {
        var folder = NewFolder();
        Dcmtk.TryRun("findscu", ["-X", "-od", folder, .. Query(port, level, keys)]);
        return [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
    }

    private (int ExitCode, string Output) TryFind(string level, string option, params string[] keys) =>
        TryFind(level, option, [], keys);

    private (int ExitCode, string Output) TryFind(string level, string option, string[] more, params string[] keys) =>
        Dcmtk.TryRun("findscu", [option, .. more, .. Query(_port, level, keys)]);

    private static string[] Query(int port, string level, string[] keys) =>
        [
            "-S", "-aec", "PRACTICE", "-k", $"QueryRetrieveLevel={level}", .. keys.SelectMany(key => new[] { "-k", key }),
            "127.0.0.1", $"{port}",
        ];

    /// <summary>The files that getscu makes of a study, the datasets as they came.</summary>
    private string[] Get(int study)
    {
        var folder = NewFolder();
        Get(_port, study, "+B", folder);
        return Directory.GetFiles(folder);
    }

    private (int ExitCode, string Output) TryGet(int study, string option) => Get(_port, study, option, NewFolder());

    private static (int ExitCode, string Output) Get(int port, int study, string option, string folder) =>
        Dcmtk.TryRun("getscu", [option, "-od", folder, .. Query(port, "STUDY", [$"StudyInstanceUID={Root}.{study}"])]);

    /// <summary>The bytes of the first study's objects as they crossed the network.</summary>
    private List<byte[]> SentObjects(string quirk)
    {
        Start(quirk);
        using var proxy = new RecordingProxy(_port);
        Get(proxy.Port, study: 1, "+B", NewFolder());
        return [.. SentMessages.Datasets(proxy.Received).Where(dataset => dataset.Length > 1000)];
    }

    /// <summary>Whether an explicit VR dataset has a UID as the value of an element.</summary>
    private static bool Has(byte[] dataset, ushort group, ushort element, string uid)
    {
        var value = Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + '\0');
        byte[] tag = [(byte)group, (byte)(group >> 8), (byte)element, (byte)(element >> 8)];
        byte[] wanted = [.. tag, .. "UI"u8, (byte)value.Length, 0, .. value];
        return dataset.AsSpan().IndexOf(wanted) >= 0;
    }

    /// <summary>A UID as it came, however long it is.</summary>
    private static string RawUid(string match, string keyword)
    {
        var line = Dcmtk.Run("dcmdump", "+L", "+P", keyword, match);
        return line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..line.IndexOf(']', StringComparison.Ordinal)];
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(_engine.Folder, Guid.NewGuid().ToString("N"))).FullName;
}
