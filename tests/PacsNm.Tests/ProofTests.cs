using System.Text;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What a result proves where a PACS is sloppy, and how often such a PACS is asked.</summary>
public sealed class ProofTests : IDisposable
{
    private const string Root = "2.25.302413021204128932108471321042108712345.1";

    private readonly Engine _engine = new();

    private string Destination => Path.Combine(_engine.Folder, "d");

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("Auto", "RefuseAll")]
    [InlineData("GetScu", "RefuseAll")]
    [InlineData("BuiltIn", "RefuseAll")]
    [InlineData("Auto", "RefuseGet")]
    [InlineData("GetScu", "RefuseGet")]
    [InlineData("BuiltIn", "RefuseGet")]
    public void A_PACS_that_refuses_every_request_is_asked_a_handful_of_times(string retriever, string quirk)
    {
        using var proxy = new RecordingProxy(Start(quirk));
        var saved = Run($"Save-PacsStudy -Server {Address(proxy)} -StudyInstanceUid {Root}.1 -Destination d -Retriever {retriever}");
        Assert.Equal(["Failed"], saved.Texts("Status"));
        Assert.InRange(proxy.Requests(CommandField.Get), 1, 5);
        Assert.InRange(proxy.Requests(CommandField.Find), 1, 5);
        Assert.All(saved.Items("Attempts", "Status"), status => Assert.Equal("0xA702", status));
    }

    [Theory]
    [InlineData("GetScu")]
    [InlineData("BuiltIn")]
    public void One_UID_in_two_series_is_two_files_and_both_are_missed(string retriever)
    {
        Start("DuplicateUid");
        var saved = Run($"{Study(1)} | Save-PacsStudy -Destination d -Retriever {retriever}").ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Equal(["3"], saved.Texts("Received"));
        var files = SavedFolder.Files(Destination);
        Assert.Equal(3, files.Length);
        Assert.Equal(2, files.Count(file => Path.GetFileName(file) == $"{Root}.1.1.1.dcm"));
        Assert.Equal(["Intact"], Run("Test-PacsArchive d").Texts("Status"));
        Assert.Equal(["Skipped"], Run($"{Study(1)} | Save-PacsStudy -Destination d").Texts("Status"));
        File.Delete(files.First(file => Path.GetFileName(file) == $"{Root}.1.1.1.dcm"));
        var damaged = Run("Test-PacsArchive d");
        Assert.Equal(["Damaged"], damaged.Texts("Status"));
        Assert.Equal([$"{Root}.1.1.1"], damaged.Texts("Missing"));
    }

    [Fact]
    public void Where_the_layout_gives_two_objects_one_name_the_second_is_named_as_missing()
    {
        Start("DuplicateUid");
        var saved = Run($"{Study(1)} | Save-PacsStudy -Destination d -Layout '{{StudyInstanceUID}}/{{SOPInstanceUID}}.dcm'");
        Assert.Equal(["Partial"], saved.Texts("Status"));
        Assert.Equal([$"{Root}.1.1.1"], saved.Items("Missing", "SopInstanceUid"));
        Assert.Equal(["NameTaken"], saved.Items("Missing", "Kind"));
        Assert.Equal(2, SavedFolder.Files(Destination).Length);
    }

    [Theory]
    [InlineData("GetScu", 16)]
    [InlineData("BuiltIn", 16)]
    [InlineData("BuiltIn", 1)]
    public void Padding_behind_the_last_element_is_kept_and_told(string retriever, int count)
    {
        using var proxy = new RecordingProxy(Start($"SurplusBytes={count}"));
        var saved = SaveFirst(proxy, retriever).ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Contains("3 objects have bytes after the last element", Assert.Single(saved.Warnings).Message, StringComparison.Ordinal);
        Assert.Single(saved.Texts("Warnings"), warnings => warnings.Length > 0);
        Assert.Contains("\"Noticed\":\"Surplus\"", SavedFolder.Manifests(Destination), StringComparison.Ordinal);
        Assert.Equal(1, proxy.Requests(CommandField.Get));
        Assert.Equal(["Intact"], Run("Test-PacsArchive d").Texts("Status"));
    }

    [Theory]
    [InlineData("Auto")]
    [InlineData("BuiltIn")]
    public void UIDs_that_break_the_standard_are_saved_under_safe_names_of_their_own(string retriever)
    {
        Start("BadUids");
        var saved = Run($"{Study(1)} | Save-PacsStudy -Destination d -Retriever {retriever}").ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        var files = SavedFolder.Files(Destination);
        Assert.Equal(3, files.Length);
        Assert.Equal(3, files.Select(file => Path.GetDirectoryName(file)!.ToUpperInvariant()).Distinct().Count());
        Assert.Equal(["Intact"], Run("Test-PacsArchive d").Texts("Status"));
        Assert.Equal(["Skipped"], Run($"{Study(1)} | Save-PacsStudy -Destination d").Texts("Status"));

        // What Find returns can be saved, as an object and as a row of a table.
        var series = Run($"{Study(1)} | Find-PacsSeries | Save-PacsSeries -Destination s").ThrowIfFailed();
        Assert.Equal(["Complete", "Complete", "Complete"], series.Texts("Status"));
        var rows = Run($"""
            {Study(1)} | Find-PacsSeries | Select-Object StudyInstanceUid, SeriesInstanceUid | Export-Csv rows.csv -NoTypeInformation
            Import-Csv rows.csv | Save-PacsSeries -Server $pacs -Destination r
            """).ThrowIfFailed();
        Assert.Equal(["Complete", "Complete", "Complete"], rows.Texts("Status"));
    }

    [Theory]
    [InlineData("GetScu")]
    [InlineData("BuiltIn")]
    public void A_request_that_contradicts_its_dataset_is_told_and_the_header_agrees_with_the_dataset(string retriever)
    {
        Require.Tool("dcmdump");
        using var proxy = new RecordingProxy(Start("CommandMismatch"));
        var saved = Run($"Save-PacsStudy -Server {Address(proxy)} -StudyInstanceUid {Root}.2 -Destination d -Retriever {retriever}");
        var warning = Assert.Single(saved.Warnings).Message;
        Assert.Contains("announced with another SOP Class or SOP Instance UID", warning, StringComparison.Ordinal);
        var file = Assert.Single(SavedFolder.Files(Destination));
        Assert.Equal(Dcmtk.Value(file, "SOPInstanceUID"), Dcmtk.Value(file, "MediaStorageSOPInstanceUID"));
        Assert.Equal(["OtherInstance"], saved.Items("Missing", "Kind"));
        Assert.Contains("\"Noticed\":\"CommandMismatch\"", SavedFolder.Manifests(Destination), StringComparison.Ordinal);
        Assert.InRange(proxy.Requests(CommandField.Get), 1, 3);
    }

    [Theory]
    [InlineData("GetScu")]
    [InlineData("BuiltIn")]
    public void A_silent_end_of_an_association_costs_no_study(string retriever)
    {
        Start("SilentRelease");
        var saved = Run($"{Study(1)} | Save-PacsStudy -Destination d -Retriever {retriever} -TimeoutSeconds 20").ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Equal([1], saved.Counts("Attempts"));
    }

    [Theory]
    [InlineData("GetScu")]
    [InlineData("BuiltIn")]
    public void Without_C_FIND_a_study_is_retrieved_and_the_proof_is_named(string retriever)
    {
        // The PACS does not know the SOP class of the C-FIND that it is asked for.
        using var proxy = new RecordingProxy(Start("IgnoreCancel"))
        {
            ExchangeSent = (Encoding.ASCII.GetBytes("1.2.840.10008.5.1.4.1.2.2.1"), Encoding.ASCII.GetBytes("1.2.840.10008.5.1.4.1.2.2.9")),
        };
        var saved = SaveFirst(proxy, retriever).ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Equal(["SubOperations"], saved.Texts("Expectation"));
        Assert.Equal(0, proxy.Requests(CommandField.Find));
        Assert.Equal(1, proxy.Requests(CommandField.Get));
    }

    [Fact]
    public void The_cause_that_tells_most_comes_first_and_every_attempt_is_kept()
    {
        var port = LoopbackPort.Free();
        Start("RefuseGet");
        var saved = Run(
            $"{Study(1)} | Save-PacsStudy -Destination d -Retriever MoveScu -LocalPort {port} -RetryCount 1 -CallingAETitle NOBODY");
        Assert.StartsWith("The PACS ended the C-MOVE with status 0xA801", saved.Texts("Reason")[0], StringComparison.Ordinal);
        Assert.Equal(["MoveScu", "GetScu"], saved.Items("Attempts", "Retriever").Take(2));
        Assert.Equal(["0xA801", "0xA702"], saved.Items("Attempts", "Status").Take(2));
        Assert.Contains("register 'NOBODY'", saved.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_on_stable_storage_before_the_line_that_calls_a_study_complete()
    {
        Start("IgnoreCancel");
        string[] calls = Traced("");
        var lastFile = Array.FindLastIndex(calls, call => Has(call, "rename", ".dcm"));
        var sync = Array.FindIndex(calls, call => Has(call, "syncfs("));
        var end = Array.FindIndex(calls, call => Has(call, "write", "\\\"Status\\\":\\\"Complete\\\""));
        var flush = Array.FindLastIndex(calls, call => call.Contains("fsync(", StringComparison.Ordinal));
        Assert.True(lastFile >= 0 && lastFile < sync && sync < end && end < flush, $"{lastFile} {sync} {end} {flush}");
        Assert.DoesNotContain(Traced("-NoSync"), call => call.Contains("syncfs(", StringComparison.Ordinal));
    }

    [Fact]
    public void What_complete_meant_stands_in_the_manifest()
    {
        Start("IgnoreCancel");
        Run($"{Study(1)} | Save-PacsStudy -Destination d").ThrowIfFailed();
        var end = SavedFolder.Manifests(Destination).Split('\n')[^2];
        Assert.Contains("\"Counted\":3,\"Listed\":3,\"AsOf\":\"2", end, StringComparison.Ordinal);
    }

    private static bool Has(string call, params string[] words) => words.All(word => call.Contains(word, StringComparison.Ordinal));

    /// <summary>The calls of the system that Save-PacsStudy makes in a process of its own, in their order.</summary>
    private string[] Traced(string option)
    {
        using var folder = new TemporaryFolder();
        var trace = Path.Combine(folder.Path, "trace");
        var port = Run("$pacs.Port").ThrowIfFailed().Output[0].BaseObject;
        HostProcess.StartUnder(
            [
                Require.Tool("strace"), "-f", "-qq", "-s", "400", "-o", trace,
                "-e", "trace=rename,renameat,renameat2,write,pwrite64,syncfs,fsync,fdatasync",
            ],
            HostProcess.WithModule(
                $"Save-PacsStudy -Server PRACTICE@127.0.0.1:{port} -StudyInstanceUid {Root}.1 -Destination '{folder.Path}/d' "
                    + $"-Retriever BuiltIn {option}"));
        return File.ReadAllLines(trace);
    }

    private EngineResult SaveFirst(RecordingProxy proxy, string retriever) =>
        Run($"Save-PacsStudy -Server {Address(proxy)} -StudyInstanceUid {Root}.1 -Destination d -Retriever {retriever}");

    private static string Study(int number) => $"Find-PacsStudy -Server $pacs -AccessionNumber ACC{number:D4}";

    private static string Address(RecordingProxy proxy) => $"PRACTICE@127.0.0.1:{proxy.Port}";

    private int Start(string quirks) =>
        (int)Run($"$pacs = Start-PacsSimulator -Quirk {quirks}; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;

    private EngineResult Run(string script) => _engine.Run(script);
}
