using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What Find and Save do about quirks of retrieval and of associations. QuirkWireTests has what those put on the wire.</summary>
public sealed class QuirkRetrievalTests : IDisposable
{
    private const string Root = "2.25.302413021204128932108471321042108712345.1";

    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void IgnoreStudyDate_still_brings_a_study_asked_for_by_another_key()
    {
        Start("IgnoreStudyDate");
        Assert.Equal(["Complete"], Save(3).ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void SuccessWhenBusy_is_asked_again_and_Complete()
    {
        Start("SuccessWhenBusy");
        var saved = Save(1).ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Equal([2], saved.Counts("Attempts"));
    }

    [Fact]
    public void NoSeriesCount_leaves_the_lists_to_prove_a_study()
    {
        Start("NoSeriesCount");
        var saved = Save(1).ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Equal(["Instances"], saved.Texts("Expectation"));
        Assert.Equal(["3"], saved.Texts("Expected"));
    }

    [Fact]
    public void NoSopClassAtImageLevel_does_not_matter_to_objects_of_well_known_classes()
    {
        Start("NoSopClassAtImageLevel");
        Assert.Equal(["Complete"], Save(1).ThrowIfFailed().Texts("Status"));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void StopAtUnsupported_is_made_good_by_asking_otherwise_for_what_did_not_come(int study)
    {
        Start("StopAtUnsupported");
        var saved = Save(study).ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        Assert.Equal(["2"], saved.Texts("Received"));
    }

    [Fact]
    public void Capacity_loses_no_study()
    {
        Start("Capacity=1", "-StudyCount 8");
        var saved = Run("Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d -Retriever BuiltIn -ThrottleLimit 4").ThrowIfFailed();
        Assert.Equal(Enumerable.Repeat("Complete", 8), saved.Texts("Status"));
    }

    [Fact]
    public void AbortAfterCancel_is_not_waited_for()
    {
        var port = Start("AbortAfterCancel", "-StudyCount 100000");
        Assert.Single(Run("Find-PacsStudy -Server $pacs -MaxStudies 1").ThrowIfFailed().Output);
        Wait.Until("no connection is open", () => LoopbackPort.ConnectionsTo(port) == 0);
    }

    [Theory]
    [InlineData("GetScu")]
    [InlineData("BuiltIn")]
    public void SilentRelease_loses_nothing_that_came(string retriever)
    {
        Start("SilentRelease");
        var saved = Save(1, $"-AcseTimeoutSeconds 1 -Retriever {retriever}").ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
    }

    [Fact]
    public void RefuseAll_is_quoted_by_Save_and_by_a_query_for_one_study()
    {
        Start("RefuseAll");
        var series = Run($"Find-PacsSeries -Server $pacs -StudyInstanceUid {Root}.1");
        Assert.Equal(["DimseFailure"], series.ErrorIds);
        Assert.Contains("0xA700", series.AllText, StringComparison.Ordinal);
        var saved = Run($"Save-PacsStudy -Server $pacs -StudyInstanceUid {Root}.1 -Destination d");
        Assert.Equal(["Failed"], saved.Texts("Status"));
        Assert.Contains("0xA702", saved.AllText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-AllDates")]
    [InlineData("-AccessionNumber ACC0001")]
    [InlineData("-SplitByDate Never")]
    public void RefuseAll_is_one_error_of_one_query(string search)
    {
        Start("RefuseAll");
        var found = Run($"Find-PacsStudy -Server $pacs {search} -Verbose");
        Assert.Equal(["DimseFailure"], found.ErrorIds);
        Assert.Empty(found.Warnings);
        Assert.Single(found.Verbose, record => record.Message.StartsWith("Asking ", StringComparison.Ordinal));
    }

    [Fact]
    public void BadUids_come_from_a_query_as_they_are()
    {
        Start("BadUids");
        Assert.Equal(
            [$"{Root}.1.1.ABC", $"{Root}.1.2.".PadRight(70, '1'), $"{Root}.1.3."],
            Run($"Find-PacsSeries -Server $pacs -StudyInstanceUid {Root}.1").ThrowIfFailed().Texts("SeriesInstanceUid"));
    }

    [Fact]
    public void CommandMismatch_is_never_Complete_in_silence()
    {
        Start("CommandMismatch");
        var saved = Save(2, "-RetryCount 0");
        Assert.NotEqual(["Complete"], saved.Texts("Status"));
        Assert.Equal([$"{Root}.2.1.1"], saved.Items("Missing", "SopInstanceUid"));
    }

    [Fact]
    public void DuplicateUid_is_found_in_both_series()
    {
        Start("DuplicateUid");
        var found = Run("Find-PacsStudy -Server $pacs -AccessionNumber ACC0001 | Find-PacsSeries | Find-PacsInstance").ThrowIfFailed();
        Assert.Equal([$"{Root}.1.1.1", $"{Root}.1.1.1", $"{Root}.1.3.1"], found.Texts("SopInstanceUid"));
        Assert.Equal([$"{Root}.1.1", $"{Root}.1.2", $"{Root}.1.3"], found.Texts("SeriesInstanceUid"));
    }

    [Fact]
    public void A_recording_proxy_counts_what_a_study_costs()
    {
        using var proxy = new RecordingProxy(Start("IgnoreCancel"));
        var server = $"PRACTICE@127.0.0.1:{proxy.Port}";
        Run($"Save-PacsStudy -Server {server} -StudyInstanceUid {Root}.1 -Destination d -Retriever BuiltIn").ThrowIfFailed();

        // The count, and the instances of three series in one query; all of them at once.
        Assert.Equal((2, 1), (proxy.Requests(CommandField.Find), proxy.Requests(CommandField.Get)));
    }

    private int Start(string quirks, string arguments = "") =>
        (int)Run($"$pacs = Start-PacsSimulator -Quirk {quirks} {arguments}; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;

    private EngineResult Save(int study, string arguments = "") =>
        Run($"""
            Find-PacsStudy -Server $pacs -AccessionNumber ACC{study:D4} -AcseTimeoutSeconds 1 |
                Save-PacsStudy -Destination d {arguments}
            """);

    private EngineResult Run(string script) => _engine.Run(script);
}
