using System.Management.Automation;
using System.Reflection;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// What Find-PacsStudy, Save-PacsStudy and Test-PacsConnection do about each quirk of a PACS. The same ground is covered
/// against servers that others wrote where these can be made so: DifficultPacsTests (Orthanc with a limit, dcmqrscp that
/// ignores modalities), FaultTests (drops, silence, bytes that are no DICOM) and SaveTests.
/// </summary>
public sealed class QuirkTests : IDisposable
{
    private const string Root = "2.25.302413021204128932108471321042108712345.1";

    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void Every_quirk_has_help_and_a_test_that_begins_with_its_name()
    {
        Type[] classes = [typeof(QuirkTests), typeof(QuirkWireTests)];
        var tests = classes
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Select(method => method.Name)
            .ToArray();
        var help = Run("Get-Help Start-PacsSimulator -Parameter Quirk; (Get-Help Start-PacsSimulator).description.Text").ThrowIfFailed();
        var parameter = $"{((PSObject[])help.Output[0].Properties["description"].Value)[0].Properties["Text"].Value}";
        var lines = help.Output.Skip(1).Select(line => $"{line}").ToArray();
        var quirks = Run("[Enum]::GetNames([PacsNm.Simulator.QuirkName])").ThrowIfFailed().Output.Select(name => $"{name}").ToArray();
        Assert.Equal(38, quirks.Length);
        Assert.All(quirks, quirk => Assert.Contains(tests, test => test.StartsWith(quirk + "_", StringComparison.Ordinal)));
        Assert.All(quirks, quirk => Assert.Contains(lines, line => line.StartsWith(quirk, StringComparison.Ordinal)));
        Assert.All(quirks, quirk => Assert.Contains(quirk, parameter, StringComparison.Ordinal));
    }

    [Fact]
    public void RequireStudyDate_is_met_by_the_date_that_Find_always_sends()
    {
        Start("RequireStudyDate");
        Assert.Equal(20, Run("Find-PacsStudy -Server $pacs").ThrowIfFailed().Output.Count);
        Assert.Single(Run($"Find-PacsStudy -Server $pacs -StudyInstanceUid {Root}.3").ThrowIfFailed().Output);
        var undated = Run("Find-PacsStudy -Server $pacs -AllDates");
        Assert.Equal(["DimseFailure"], undated.ErrorIds);
        Assert.Contains("leave out -AllDates", undated.AllText, StringComparison.Ordinal);
        Assert.Equal(true, Detail("NeedsStudyDate"));
    }

    [Fact]
    public void Drift_makes_studies_missing_or_different()
    {
        var before = Run("Find-PacsStudy -Server (Start-PacsSimulator -StudyCount 16) -LastDays 40 | Sort-Object StudyInstanceUid")
            .ThrowIfFailed();
        Start("Drift=1 -StudyCount 16");
        var after = Run("Find-PacsStudy -Server $pacs -LastDays 40 | Sort-Object StudyInstanceUid").ThrowIfFailed();
        Assert.InRange(after.Output.Count, 8, 12);
        var uids = after.Texts("StudyInstanceUid");
        Assert.All(
            before.Output.Where(study => uids.Contains($"{study.Properties["StudyInstanceUid"].Value}")),
            study => Assert.NotEqual(
                $"{study.Properties["PatientId"].Value} {study.Properties["StudyDate"].Value} "
                    + $"{study.Properties["NumberOfStudyRelatedInstances"].Value}",
                after.Output.Where(other => other.ToString() == study.ToString()).Select(other =>
                    $"{other.Properties["PatientId"].Value} {other.Properties["StudyDate"].Value} "
                        + $"{other.Properties["NumberOfStudyRelatedInstances"].Value}").Single()));
    }

    [Fact]
    public void IgnoreModality_is_made_good_by_filtering_the_answers()
    {
        Start("IgnoreModality");
        Assert.Equal(["ACC0009", "ACC0019"], Run("Find-PacsStudy -Server $pacs -Modality SR").ThrowIfFailed().Texts("AccessionNumber"));
        Assert.Equal(false, Detail("HonorsModalitiesInStudy"));
    }

    [Fact]
    public void OmitModalitiesInStudy_is_made_good_by_asking_for_the_series()
    {
        Start("OmitModalitiesInStudy");
        Assert.Equal(["ACC0009", "ACC0019"], Run("Find-PacsStudy -Server $pacs -Modality SR").ThrowIfFailed().Texts("AccessionNumber"));
        Assert.Equal(false, Detail("ReturnsModalitiesInStudy"));
    }

    [Theory]
    [InlineData("CapResults=50")]
    [InlineData("CapResults=100")]
    [InlineData("CapResults=7:A700")]
    public void CapResults_is_found_out_and_the_days_are_asked_for_in_parts(string quirk)
    {
        Start(quirk, "-StudyCount 250");
        Assert.Equal(250, Run("Find-PacsStudy -Server $pacs").ThrowIfFailed().Texts("AccessionNumber").Distinct().Count());
    }

    [Fact]
    public void CapResults_with_a_status_is_an_error_where_the_days_must_not_be_divided()
    {
        Start("CapResults=7:A700");
        var result = Run("Find-PacsStudy -Server $pacs -SplitByDate Never");
        Assert.Equal(["DimseFailure"], result.ErrorIds);
        Assert.Equal(7, result.Output.Count);
        Assert.Equal(7, Detail("MaximumMatches"));
    }

    [Fact]
    public void NoRelationalQueries_are_tried_once_per_call()
    {
        Start("NoRelationalQueries");
        using var proxy = new RecordingProxy((int)Run("$pacs.Port").ThrowIfFailed().Output[0].BaseObject);
        var result = Run(
            $"Find-PacsStudy -Server PRACTICE@127.0.0.1:{proxy.Port} | Select-Object -First 4 | Save-PacsStudy -Destination d -Retriever BuiltIn");
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status").Distinct());
        var series = SavedFolder.Files(Path.Combine(_engine.Folder, "d")).Select(Path.GetDirectoryName).Distinct().Count();
        Assert.Equal(1 + 1 + 4 + series, proxy.Requests(CommandField.Find));
    }

    [Fact]
    public void NoImageRetrieval_leaves_whole_series_and_studies()
    {
        Start("NoImageRetrieval");
        var instance = Run($"""
            Find-PacsStudy -Server $pacs -StudyInstanceUid {Root}.1 | Find-PacsInstance | Select-Object -First 1 |
                Save-PacsInstance -Destination i -RetryCount 0
            """);
        Assert.Equal(["Failed"], instance.Texts("Status"));
        Assert.Contains("0xA900", instance.AllText, StringComparison.Ordinal);
        var study = Run($"Find-PacsStudy -Server $pacs -StudyInstanceUid {Root}.1 | Save-PacsStudy -Destination d -RetryCount 0");
        Assert.Equal(["Complete"], study.ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void RefuseImageLevel_leaves_Save_the_count_of_the_study()
    {
        Start("RefuseImageLevel");
        var saved = Run("Find-PacsStudy -Server $pacs -AccessionNumber ACC0001 | Save-PacsStudy -Destination d").ThrowIfFailed();
        Assert.Equal(["Complete Count 3"], saved.Output.Select(Describe));
        Assert.Equal(false, Detail("AnswersImageLevel"));
    }

    [Fact]
    public void RefuseGet_fails_with_its_status_and_C_MOVE_is_the_way_round()
    {
        var port = LoopbackPort.Free();
        Start("RefuseGet", $"-MoveDestination @{{ ALBIZIA_WG = {port} }}");
        var refused = Run($"{Study1} | Save-PacsStudy -Destination d -RetryCount 0");
        Assert.Equal(["Failed"], refused.Texts("Status"));
        Assert.Contains("0xA702", refused.AllText, StringComparison.Ordinal);
        Assert.Contains("-Retriever MoveScu", refused.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        var moved = Run($"{Study1} | Save-PacsStudy -Destination d -Retriever MoveScu -LocalPort {port}");
        Assert.Equal(["Complete"], moved.ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void RefuseMove_is_made_good_by_C_GET()
    {
        var port = LoopbackPort.Free();
        Start("RefuseMove", $"-MoveDestination @{{ ALBIZIA_WG = {port} }}");
        var saved = Run($"{Study1} | Save-PacsStudy -Destination d -Retriever MoveScu -LocalPort {port}");
        Assert.Equal(["Complete"], saved.ThrowIfFailed().Texts("Status"));
        Assert.Equal(["GetScu"], saved.Texts("Retriever"));
    }

    [Fact]
    public void FailEveryNth_is_Partial_and_made_good_by_asking_for_the_rest_alone()
    {
        Start("FailEveryNth=2");
        var once = Run($"{Study1} | Save-PacsStudy -Destination d -RetryCount 0");
        Assert.Equal(["Partial"], once.Texts("Status"));
        Assert.Equal([$"{Root}.1.2.1"], once.Items("Missing", "SopInstanceUid"));
        var again = Run($"{Study1} | Save-PacsStudy -Destination d2");
        Assert.Equal(["Complete"], again.ThrowIfFailed().Texts("Status"));
        Assert.Equal([2], again.Counts("Attempts"));
    }

    [Fact]
    public void EmptySuccess_is_Empty_and_an_error()
    {
        Start("EmptySuccess");
        var result = Run($"{Study1} | Save-PacsStudy -Destination d -RetryCount 1");
        Assert.Equal(["Empty"], result.Texts("Status"));
        Assert.Equal(["RetrieveEmpty"], result.ErrorIds);
    }

    [Fact]
    public void NearlineDelay_is_waited_for_longer_than_any_other_silence()
    {
        Start("NearlineDelay=2");
        const string find = "Find-PacsStudy -Server $pacs -AccessionNumber ACC0002 -DimseTimeoutSeconds 1";
        Assert.Equal(["Complete"], Run($"{find} | Save-PacsStudy -Destination d").ThrowIfFailed().Texts("Status"));
        var late = Run($"{find} | Save-PacsStudy -Destination d2 -NearlineTimeoutSeconds 1");
        Assert.Equal(["RetrieveTimeout"], late.ErrorIds);
        Assert.Contains("-NearlineTimeoutSeconds", late.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void SlowResponses_keep_nobody_who_has_enough()
    {
        // All of them would take longer than any test may.
        Start("SlowResponses=300", "-StudyCount 100000");
        Assert.Single(Run("Find-PacsStudy -Server $pacs -MaxStudies 1").ThrowIfFailed().Output);
    }

    [Fact]
    public void DropAfter_gives_what_came_then_an_error()
    {
        Start("DropAfter=3");
        var found = Run("Find-PacsStudy -Server $pacs");
        Assert.Equal(["AssociationAborted"], found.ErrorIds);
        Assert.Equal(3, found.Output.Count);
        Start("DropAfter=0");
        Assert.Equal(["AssociationAborted"], Run("Test-PacsConnection -Server $pacs").ErrorIds);
    }

    [Fact]
    public void DropAfter_bytes_leaves_no_half_file_behind()
    {
        // The first object of the study is longer.
        Start("DropAfter=200000B");
        var result = Run($"{Study1} | Save-PacsStudy -Destination d -RetryCount 0");
        Assert.Equal(["Failed"], result.Texts("Status"));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_engine.Folder, "d"), "*.dcm", SearchOption.AllDirectories));
        Start("DropAfter=800000B");
        var saved = Run("Find-PacsStudy -Server $pacs -AccessionNumber ACC0003 | Save-PacsStudy -Destination d -RetryCount 0");
        Assert.Equal(["Partial"], saved.Texts("Status"));
    }

    [Fact]
    public void HangAfter_ends_in_the_timeout_that_applies()
    {
        Start("HangAfter=3");
        var found = Run("Find-PacsStudy -Server $pacs -DimseTimeoutSeconds 1");
        Assert.Equal(["PacsTimeout"], found.ErrorIds);
        Assert.Equal(3, found.Output.Count);
        Start("HangAfter=0");
        Assert.Equal(["PacsTimeout"], Run("Test-PacsConnection -Server $pacs -DimseTimeoutSeconds 1").ErrorIds);
    }

    [Fact]
    public void OneAssociationOnly_has_the_look_ups_wait_for_the_one()
    {
        Start("OneAssociationOnly, OmitModalitiesInStudy");
        var found = Run("Find-PacsStudy -Server $pacs -Modality SR -ThrottleLimit 4");
        Assert.Equal(["ACC0009", "ACC0019"], found.ThrowIfFailed().Texts("AccessionNumber"));
        Assert.Equal(["Complete"], Run($"{Study1} | Save-PacsStudy -Destination d -ThrottleLimit 3").ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void RejectUnknownCallingAE_is_told_with_what_to_do()
    {
        Start("RejectUnknownCallingAE");
        var stranger = Run("Test-PacsConnection -Server $pacs -CallingAETitle STRANGER");
        Assert.Equal(["AssociationRejected"], stranger.ErrorIds);
        Assert.Contains("register 'STRANGER'", stranger.AllText, StringComparison.Ordinal);
        Assert.Equal(20, Run("Find-PacsStudy -Server $pacs").ThrowIfFailed().Output.Count);
    }

    [Fact]
    public void NoRoleSelection_is_shown_by_Test_and_fails_each_C_GET()
    {
        Start("NoRoleSelection");
        var role = Run(
            "(Test-PacsConnection -Server $pacs -Detailed).Details.PresentationContexts | Where-Object Service -eq 'C-GET of NM images'");
        Assert.Equal([false], role.ThrowIfFailed().Values("ScpRole"));
        var saved = Run($"{Study1} | Save-PacsStudy -Destination d -RetryCount 0");
        Assert.Equal(["Failed"], saved.Texts("Status"));
        Assert.Contains("0xA702", saved.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void UncompressedOnly_keeps_what_it_has_compressed_and_it_is_named_as_missing()
    {
        Start("UncompressedOnly");
        var result = Run("Find-PacsStudy -Server $pacs -AccessionNumber ACC0007 | Save-PacsStudy -Destination d");
        Assert.Equal(["Partial"], result.Texts("Status"));
        Assert.Equal([$"{Root}.7.1.1"], result.Items("Missing", "SopInstanceUid"));
    }

    [Fact]
    public void WrongCharset_spoils_names_in_answers_and_none_in_files()
    {
        Start("WrongCharset");
        var found = Run("Find-PacsStudy -Server $pacs -AccessionNumber ACC0002").ThrowIfFailed();
        Assert.Equal(["ZZPractice^JÃ¶rg"], found.Texts("PatientName"));
        var saved = Run("Find-PacsStudy -Server $pacs -AccessionNumber ACC0002 | Save-PacsStudy -Destination d").ThrowIfFailed();
        Assert.Equal(["Complete"], saved.Texts("Status"));
        var file = Directory.EnumerateFiles(Path.Combine(_engine.Folder, "d"), "*.dcm", SearchOption.AllDirectories).Single();
        Assert.Equal("ZZPractice^Jörg", Dcmtk.Value(file, "PatientName"));
    }

    [Fact]
    public void GarbagePdu_is_a_ProtocolViolation_behind_what_came()
    {
        Start("GarbagePdu=3");
        var found = Run("Find-PacsStudy -Server $pacs");
        Assert.Equal(["ProtocolViolation"], found.ErrorIds);
        Assert.Equal(3, found.Output.Count);
        Start("GarbagePdu=0");
        Assert.Equal(["ProtocolViolation"], Run("Test-PacsConnection -Server $pacs").ErrorIds);

        // No query is answered, and each C-GET sends one instance before its first response.
        var saved = Run($"Save-PacsStudy -Server $pacs -StudyInstanceUid {Root}.1 -Destination d");
        Assert.Equal(["Partial"], saved.Texts("Status"));
        Assert.Equal(["RetrieveIncomplete"], saved.ErrorIds);
        Assert.Contains("A PDU is of type", saved.Texts("Reason")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GetScu")]
    [InlineData("BuiltIn")]
    public void LyingCounters_prove_nothing_and_are_told(string retriever)
    {
        Start("LyingCounters");
        var saved = Run($"{Study1} | Save-PacsStudy -Destination d -Retriever {retriever}");
        Assert.Equal(["Partial Instances 4"], saved.Output.Select(Describe));
        Assert.Equal(["RetrieveIncomplete"], saved.ErrorIds);
        Assert.Equal(["The PACS counts 4 instances and lists 3; 3 are here."], saved.Texts("Reason"));

        // All that can be asked for is there: it is asked for once.
        Assert.Equal([1], saved.Counts("Attempts"));
        Start("LyingCounters, FailEveryNth=2");
        var spoilt = Run($"{Study1} | Save-PacsStudy -Destination d2 -RetryCount 0 -Retriever {retriever}");
        Assert.Equal(["Partial"], spoilt.Texts("Status"));
        Assert.Equal([$"{Root}.1.2.1"], spoilt.Items("Missing", "SopInstanceUid"));
    }

    [Fact]
    public void IgnoreCancel_is_ended_by_an_abort_in_its_time()
    {
        var port = Start("IgnoreCancel", "-StudyCount 100000");
        Assert.Single(Run("Find-PacsStudy -Server $pacs -MaxStudies 1 -DimseTimeoutSeconds 3600").ThrowIfFailed().Output);
        Wait.Until("no connection is open", () => LoopbackPort.ConnectionsTo(port) == 0);
    }

    [Fact]
    public void SeedPacs_is_the_PACS_that_the_module_was_made_for()
    {
        Start("SeedPacs");
        var found = Run("Find-PacsStudy -Server $pacs -StudyDate 20210901").ThrowIfFailed();
        Assert.Equal(972, found.Output.Count);
        Assert.Equal(["NEARLINE", "ONLINE"], found.Texts("InstanceAvailability").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["DimseFailure"], Run("Find-PacsStudy -Server $pacs -AllDates").ErrorIds);
        Assert.Equal(97, Run("Find-PacsStudy -Server $pacs -StudyDate 20210901 -Modality SR").ThrowIfFailed().Output.Count);
    }

    private static string Study1 => "Find-PacsStudy -Server $pacs -AccessionNumber ACC0001";

    private int Start(string quirks, string arguments = "") =>
        (int)Run($"$pacs = Start-PacsSimulator -Quirk {quirks} {arguments}; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;

    private EngineResult Run(string script) => _engine.Run(script);

    private object? Detail(string name) =>
        Run($"(Test-PacsConnection -Server $pacs -Detailed).Details.{name}").ThrowIfFailed().Output.SingleOrDefault()?.BaseObject;

    private static string Describe(PSObject saved) =>
        $"{saved.Properties["Status"].Value} {saved.Properties["Expectation"].Value} {saved.Properties["Expected"].Value}";
}
