using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Right answers from servers that give them unwillingly: Orthanc with a limit, and behind a proxy that drops.</summary>
public sealed class DifficultPacsTests(RealServers servers) : IDisposable
{
    private static readonly DateTime Day = new(2020, 1, 1);

    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_capped_answer_is_asked_for_in_parts_down_to_the_hours_of_a_day()
    {
        using var many = new ManyStudies(
            servers.Data.FileOf(TestData.RecentStudy + ".1.1"),
            Day.AddDays(-3), Day.AddHours(1), Day.AddHours(9), Day.AddHours(9.5), Day.AddHours(14), Day.AddHours(22), Day.AddDays(5));
        using var server = new OrthancServer(many.Folder, limit: 2);
        var all = Enumerable.Range(1, 7).Select(ManyStudies.Uid).ToArray();

        var split = _engine.Run("Find-PacsStudy -Server $server -StudyDate 20191201-20200131 -Verbose", ("server", server.Address));
        Assert.Equal(all, split.ThrowIfFailed().Texts("StudyInstanceUid").Order());
        Assert.Contains(split.Warnings, warning => warning.Message.Contains("without a StudyTime", StringComparison.Ordinal));

        var details = _engine.Run("(Test-PacsConnection -Server $server -Detailed).Details.NeedsStudyDate", ("server", server.Address));
        Assert.Equal([false], details.ThrowIfFailed().Output.Select(value => value.BaseObject));

        var always = _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20191228-20200107 -SplitByDate Always", ("server", server.Address));
        Assert.Equal(all, always.ThrowIfFailed().Texts("StudyInstanceUid").Order());

        var never = _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20191201-20200131 -SplitByDate Never", ("server", server.Address));
        Assert.Equal(2, never.ThrowIfFailed().Output.Count);
        Assert.Contains("further ones may be missing", Assert.Single(never.Warnings).Message, StringComparison.Ordinal);

        var open = _engine.Run("Find-PacsStudy -Server $server -AllDates", ("server", server.Address));
        Assert.Equal(all, open.ThrowIfFailed().Texts("StudyInstanceUid").Order());
    }

    [Fact]
    public void An_hour_with_more_studies_than_the_cap_is_warned_of()
    {
        using var many = new ManyStudies(
            servers.Data.FileOf(TestData.RecentStudy + ".1.1"), Day.AddMinutes(1), Day.AddMinutes(2), Day.AddMinutes(3));
        using var server = new OrthancServer(many.Folder, limit: 2);
        var result = _engine.Run("Find-PacsStudy -Server $server -StudyDate 20200101", ("server", server.Address));
        Assert.Equal(2, result.ThrowIfFailed().Output.Count);
        Assert.Contains(result.Warnings, warning => warning.Message.Contains("20200101 00:00-00:59", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void AllDates_asks_without_a_date(string name) =>
        Assert.Equal(
            3, _engine.Run("Find-PacsStudy -Server $server -AllDates", ("server", servers.Of(name).Address)).ThrowIfFailed().Output.Count);

    [Fact]
    public void An_association_that_drops_is_opened_again_once_and_no_match_comes_twice()
    {
        // Behind the first match of the first association; the second is let be.
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 900, hangUps: 1);
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -After 20210101", ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"));
        Assert.Equal(3, result.ThrowIfFailed().Texts("StudyInstanceUid").Distinct().Count());
        Assert.Equal(3, result.Output.Count);
        Assert.Equal(2, proxy.Connections);
    }

    [Theory]
    [InlineData("-ExcludeModality KO", 2)]
    [InlineData("-Modality OT -ExcludeModality CT", 1)]
    [InlineData("-Modality NM, CT", 2)]
    [InlineData("-Modality nm", 1)]
    [InlineData("-Modality XA", 0)]
    public void Modalities_are_filtered_whatever_the_server_does(string arguments, int count)
    {
        foreach (var name in RealServers.Names)
        {
            var result = _engine.Run(
                $"Find-PacsStudy -Server $server -After 20210101 {arguments} -ThrottleLimit 4", ("server", servers.Of(name).Address));
            Assert.Equal(count, result.ThrowIfFailed().Output.Count);
        }
    }

    [Fact]
    public void A_server_that_ignores_the_modality_is_told_of_once()
    {
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -After 20210101 -Modality NM -Verbose", ("server", servers.Of("dcmqrscp").Address));
        Assert.Single(
            result.ThrowIfFailed().Verbose,
            record => record.Message.Contains("ignores the key ModalitiesInStudy", StringComparison.Ordinal));
    }

    [Fact]
    public void Looked_up_studies_come_in_the_order_of_the_answer()
    {
        const string find = "Find-PacsStudy -Server $server -After 20210101";
        var plain = _engine.Run($"{find} -NoModalityLookup", ("server", servers.Of("dcmqrscp").Address)).ThrowIfFailed();
        var lookedUp = _engine.Run($"{find} -ThrottleLimit 3", ("server", servers.Of("dcmqrscp").Address)).ThrowIfFailed();
        Assert.Equal(plain.Texts("StudyInstanceUid"), lookedUp.Texts("StudyInstanceUid"));
    }

    [Fact]
    public void An_encoding_is_taken_for_names_whose_server_does_not_say()
    {
        // The name is in UTF-8, and (0008,0005) is gone.
        const string find = "(Find-PacsStudy -Server $server -StudyDate 20200101 -NoModalityLookup {0})['PatientName']";
        using var data = new ManyStudies(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), Day);
        Dcmtk.Run("dcmodify", "-nb", "-ea", "SpecificCharacterSet", Path.Combine(data.Folder, "1.dcm"));
        using var dcmqrscp = new DcmqrscpServer(data.Folder);
        var server = dcmqrscp.Address;
        Assert.Equal(
            ["ZZTest^Yamada=山田^太郎=やまだ^たろう"],
            _engine.Run(string.Format(null, find, "-FallbackEncoding 'ISO_IR 192'"), ("server", server)).ThrowIfFailed()
                .Output.Select(name => $"{name}"));
        Assert.NotEqual(
            ["ZZTest^Yamada=山田^太郎=やまだ^たろう"],
            _engine.Run(string.Format(null, find, ""), ("server", server)).ThrowIfFailed().Output.Select(name => $"{name}"));
        Assert.Equal(["UnknownCharacterSet"], _engine.Run("Find-PacsStudy -Server A@127.0.0.1:9 -FallbackEncoding nonsense").ErrorIds);
    }

    [Theory]
    [InlineData("Orthanc", true, true)]
    [InlineData("dcmqrscp", false, false)]
    public void A_detailed_test_tells_what_a_server_does(string name, bool returnsModalities, bool honorsModality)
    {
        var result = _engine.Run(
            "Test-PacsConnection -Server $server -Detailed -Verbose", ("server", servers.Of(name).Address)).ThrowIfFailed();
        var details = Assert.Single(result.Output).Properties["Details"].Value;
        Assert.Equal(returnsModalities, Value("ReturnsModalitiesInStudy"));
        Assert.Equal(honorsModality, Value("HonorsModalitiesInStudy"));
        Assert.Equal(false, Value("NeedsStudyDate"));
        Assert.Equal(true, Value("AnswersImageLevel"));
        Assert.Equal(OperatingSystem.IsLinux(), Value("QuickAcknowledgement"));
        var contexts = ((System.Collections.IEnumerable)Value("PresentationContexts")!).Cast<object>().ToArray();
        Assert.Equal(8, contexts.Length);
        Assert.Contains("C-ECHO: Acceptance", contexts.Select(context => $"{context}"));
        var images = Assert.Single(contexts, context => $"{context}".StartsWith("C-GET of NM images", StringComparison.Ordinal));
        Assert.Equal(true, System.Management.Automation.PSObject.AsPSObject(images).Properties["ScpRole"].Value);
        Assert.True(result.Verbose.Count >= 4);

        object? Value(string property) => System.Management.Automation.PSObject.AsPSObject(details).Properties[property].Value;
    }
}
