using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>One study on several associations, and several studies on one.</summary>
public sealed class SharedStudyTests(RealServers servers, SharedStudyTests.Servers large)
    : IClassFixture<SharedStudyTests.Servers>, IDisposable
{
    private const string Save = "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination d";

    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("dcmqrscp", "BuiltIn")]
    [InlineData("dcmqrscp", "GetScu")]
    [InlineData("Orthanc", "BuiltIn")]
    [InlineData("Orthanc", "GetScu")]
    public void A_large_study_comes_on_as_many_associations_as_are_allowed(string name, string retriever)
    {
        using var proxy = new RecordingProxy(large.Of(name).Port);
        var result = Run(name, proxy, $"{Save} -Retriever {retriever} -ThrottleLimit 4");
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal([$"{large.Count}"], result.Texts("Received"));
        // dcmqrscp counts no instances, so it is asked for whole series.
        Assert.InRange(result.Counts("Attempts")[0], 3, large.Count / 4);
        Assert.Equal(["Intact"], _engine.Run("Test-PacsArchive d").Texts("Status"));
        Assert.Equal(large.Count, SavedFolder.Files(Path.Combine(_engine.Folder, "d")).Length);
        Assert.InRange(proxy.MostOpen, 2, 4);
        Assert.Equal(["Skipped"], Run(name, proxy, $"{Save} -ThrottleLimit 4").ThrowIfFailed().Texts("Status"));
    }

    [Theory]
    [InlineData("BuiltIn")]
    [InlineData("GetScu")]
    public void MaxImages_is_exact_on_several_associations(string retriever)
    {
        var result = _engine.Run(
            $"{Save} -Retriever {retriever} -ThrottleLimit 4 -MaxImages 37",
            ("server", large.Of("Orthanc").Address),
            ("uid", LargeStudy.Uid));
        Assert.Equal(["37"], result.Texts("Received"));
        Assert.Equal(37, SavedFolder.Files(Path.Combine(_engine.Folder, "d")).Length);
    }

    [Theory]
    [InlineData("BuiltIn", 1)]
    [InlineData("BuiltIn", 2)]
    [InlineData("GetScu", 2)]
    public void A_further_association_that_gets_no_answer_holds_up_nothing(string retriever, int answered)
    {
        // A wait for its answer would be longer than the test may take.
        using var proxy = new RecordingProxy(large.Of("Orthanc").Port) { Answered = answered };
        const string limits = "-AcseTimeoutSeconds 3600 -TimeoutSeconds 7200";
        var result = Run("Orthanc", proxy, $"{Save} -Retriever {retriever} -ThrottleLimit 4 {limits}");
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal([$"{large.Count}"], result.Texts("Received"));
    }

    [Theory]
    [InlineData("BuiltIn")]
    [InlineData("GetScu")]
    public void A_PACS_with_one_association_serves_a_call_that_allows_four(string retriever)
    {
        var result = _engine.Run($"""
            $pacs = Start-PacsSimulator -Quirk OneAssociationOnly -Path '{large.Folder}'
            Save-PacsStudy -Server $pacs -StudyInstanceUid $uid -Destination d -Retriever {retriever} -ThrottleLimit 4
            Stop-PacsSimulator -Server $pacs
            """, ("uid", LargeStudy.Uid)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal([$"{large.Count}"], result.Texts("Received"));
    }

    [Fact]
    public void A_PACS_that_refuses_lists_of_instances_is_asked_for_series()
    {
        var result = _engine.Run($"""
            $pacs = Start-PacsSimulator -Quirk NoImageRetrieval -Path '{large.Folder}'
            Save-PacsStudy -Server $pacs -StudyInstanceUid $uid -Destination d -Retriever BuiltIn -ThrottleLimit 4 -RetryCount 0
            Stop-PacsSimulator -Server $pacs
            """, ("uid", LargeStudy.Uid)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        var levels = result.Items("Attempts", "Level");
        Assert.InRange(levels.Count(level => level == "IMAGE"), 1, 4);
        Assert.InRange(levels.Count(level => level == "SERIES"), 3, 4);
    }

    [Fact]
    public void What_a_broken_association_did_not_bring_comes_on_another()
    {
        using var proxy = new RecordingProxy(large.Of("Orthanc").Port, hangUpAfter: 60_000, hangUps: 1);
        var result = Run("Orthanc", proxy, $"{Save} -Retriever BuiltIn -ThrottleLimit 4 -RetryCount 0");
        Assert.Equal(["Complete"], result.ThrowIfFailed().Texts("Status"));
        Assert.Equal([$"{large.Count}"], result.Texts("Received"));
    }

    [Theory]
    [InlineData("BuiltIn")]
    [InlineData("GetScu")]
    public void A_stop_ends_all_associations_and_keeps_what_arrived(string retriever)
    {
        using var proxy = new RecordingProxy(large.Of("Orthanc").Port);
        _engine.RunAndStop(
            $"{Save} -Retriever {retriever} -ThrottleLimit 4 -MaxBytesPerSecond 100kb",
            () => SavedFolder.Files(Path.Combine(_engine.Folder, "d")).Length > 4,
            ("server", $"ORTHANC@127.0.0.1:{proxy.Port}"),
            ("uid", LargeStudy.Uid));
        proxy.WaitUntilAllClosed();
        var there = SavedFolder.Files(Path.Combine(_engine.Folder, "d")).Length;
        Assert.InRange(there, 5, large.Count - 1);
        Assert.Equal(["Intact"], _engine.Run("Test-PacsArchive d").Texts("Status"));
        var result = Run("Orthanc", proxy, $"{Save} -ThrottleLimit 4").ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal([$"{large.Count - there}"], result.Texts("Received"));
    }

    [Theory]
    [InlineData("Orthanc", 1 + 3)]
    [InlineData("dcmqrscp", 1 + 3 + 3 + 2)]
    public void Several_studies_come_on_one_association_at_a_time_with_as_few_queries_as_the_PACS_allows(string name, int queries)
    {
        // Orthanc lists a study in one query. dcmqrscp does not count its instances, so each of its series is asked.
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port);
        var result = _engine.Run(
            "$studies = @(Find-PacsStudy -Server $server -After 20000101 -NoModalityLookup); $studies | Save-PacsStudy -Destination d -Retriever BuiltIn",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}")).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status").Distinct());
        Assert.Equal(3, result.Output.Count);
        Assert.InRange(proxy.Requests(CommandField.Find), 1 + 3, queries);
        Assert.Equal(3, proxy.Requests(CommandField.Get));

        // One for the search, one for the first list, and one per new set of SOP classes.
        Assert.InRange(proxy.Connections, 3, 5);
    }

    [Fact]
    public void A_PACS_that_closes_idle_associations_costs_no_study()
    {
        // Every association ends after the eighth response, wherever that is.
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -Quirk DropAfter=8
            Find-PacsStudy -Server $pacs | Select-Object -First 8 | Save-PacsStudy -Destination d -Retriever BuiltIn
            Stop-PacsSimulator -Server $pacs
            """).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status").Distinct());
    }

    private EngineResult Run(string name, RecordingProxy proxy, string script) => _engine.Run(
        script, ("server", $"{large.Of(name).AETitle}@127.0.0.1:{proxy.Port}"), ("uid", LargeStudy.Uid));

    /// <summary>Servers with a large study.</summary>
    public sealed class Servers(RealServers servers) : IDisposable
    {
        private readonly Lazy<LargeStudy> _study =
            new(() => new LargeStudy(servers.Data.FileOf(TestData.TomographyStudy + ".1.1"), 61, 23, 5));

        private readonly Dictionary<string, RealServer> _started = [];

        public int Count => _study.Value.Count;

        public string Folder => _study.Value.Folder;

        public RealServer Of(string name)
        {
            Require.Tool("storescu");
            Require.Tool(name);
            if (!_started.TryGetValue(name, out var server))
                _started[name] = server = name == "Orthanc" ? new OrthancServer(Folder) : new DcmqrscpServer(Folder);
            return server;
        }

        public void Dispose()
        {
            foreach (var server in _started.Values)
                server.Dispose();
            if (_study.IsValueCreated)
                _study.Value.Dispose();
        }
    }
}
