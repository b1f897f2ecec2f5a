using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// The practice PACS, asked by DCMTK's tools and by our cmdlets. What the cmdlets do is proved by the tests against
/// dcmqrscp and Orthanc; here it is the practice PACS that is tested.
/// </summary>
public sealed class SimulatorTests : IDisposable
{
    private readonly Engine _engine = new();
    private readonly int _port;

    public SimulatorTests() =>
        _port = (int)_engine.Run("$pacs = Start-PacsSimulator; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void echoscu_is_answered() => Dcmtk.Run("echoscu", "-aec", "PRACTICE", "127.0.0.1", $"{_port}");

    [Theory]
    [InlineData("STUDY", 6)]
    [InlineData("SERIES", 10)]
    [InlineData("IMAGE", 11)]
    public void findscu_finds_at_each_level(string level, int count)
    {
        var output = Dcmtk.Run(
            "findscu", "-v", "-S", "-aec", "PRACTICE", "-k", $"QueryRetrieveLevel={level}", "-k", "StudyInstanceUID", "127.0.0.1", $"{_port}");
        Assert.Contains($"Find Response: {count} (Pending)", output, StringComparison.Ordinal);
        Assert.DoesNotContain($"Find Response: {count + 1} (Pending)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PatientName=zzpractice^a*", 1)]
    [InlineData("PatientName=ZZPractice^?e*", 1)]
    [InlineData("StudyDate=20210801-20210930", 1)]
    [InlineData("ModalitiesInStudy=NM", 4)]
    [InlineData("AccessionNumber=ACC0002", 1)]
    public void findscu_matches_as_the_standard_says(string key, int count)
    {
        var output = Dcmtk.Run(
            "findscu", "-v", "-S", "-aec", "PRACTICE", "-k", "QueryRetrieveLevel=STUDY", "-k", key, "127.0.0.1", $"{_port}");
        Assert.Contains($"Find Response: {count} (Pending)", output, StringComparison.Ordinal);
        Assert.DoesNotContain($"Find Response: {count + 1} (Pending)", output, StringComparison.Ordinal);
    }

    [Fact]
    public void getscu_gets_files_that_dcmftest_accepts()
    {
        var uid = _engine.Run("(Find-PacsStudy -Server $pacs -StudyDate 20210901).StudyInstanceUid").ThrowIfFailed().Output[0].ToString();
        Dcmtk.Run("getscu", "-S", "-aec", "PRACTICE", "-od", _engine.Folder, "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={uid}", "127.0.0.1", $"{_port}");
        var files = Directory.GetFiles(_engine.Folder);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.StartsWith("yes", Dcmtk.Run("dcmftest", file), StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_that_getscu_does_not_propose_is_named_as_missing_unless_the_built_in_retriever_may_fetch_it()
    {
        const string find = "Find-PacsStudy -Server $pacs -AccessionNumber ACC0006";
        Assert.Equal(["Complete"], _engine.Run($"{find} | Save-PacsStudy -Destination auto").ThrowIfFailed().Texts("Status"));
        var result = _engine.Run($"{find} | Save-PacsStudy -Destination d -Retriever GetScu");
        Assert.Equal(["Partial"], result.Texts("Status"));
        Assert.Equal(["RetrieveIncomplete"], result.ErrorIds);
        Assert.Contains("cannot receive its SOP class", Assert.Single(result.Items("Missing", "Reason")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_called_AE_title_is_rejected() =>
        Assert.NotEqual(0, Dcmtk.TryRun("echoscu", "-aec", "OTHER", "127.0.0.1", $"{_port}").ExitCode);
}
