using System.Diagnostics;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Each way in which a PACS cannot be talked to has its ErrorId, within its time, with an action.</summary>
public sealed class FaultTests(RealServers servers) : IDisposable
{
    private static readonly string[] Cmdlets =
        ["Test-PacsConnection", "Find-PacsStudy", "Find-PacsSeries -StudyInstanceUid 1.2.3", "Save-PacsStudy -StudyInstanceUid 1.2.3 -Destination d"];

    private readonly Engine _engine = new();

    public static TheoryData<string> EachCmdlet => [.. Cmdlets];

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(EachCmdlet))]
    public void A_port_that_nobody_listens_on(string cmdlet) =>
        AssertError(cmdlet, $"PACS@127.0.0.1:{LoopbackPort.Free()}", "PacsUnreachable");

    [Theory, MemberData(nameof(EachCmdlet))]
    public void A_host_that_does_not_exist(string cmdlet) =>
        AssertError(cmdlet, "PACS@no-such-host.invalid:104", "PacsUnreachable");

    [Theory, MemberData(nameof(EachCmdlet))]
    public void A_wrong_AE_title(string cmdlet)
    {
        foreach (var name in RealServers.Names)
        {
            var result = AssertError(cmdlet, $"WRONG@127.0.0.1:{servers.Of(name).Port}", "AssociationRejected");
            Assert.Contains("called AE title not recognized", result.AllText, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory, MemberData(nameof(EachCmdlet))]
    public void A_server_that_accepts_TCP_and_says_nothing(string cmdlet)
    {
        using var silent = new SilentServer();
        var clock = Stopwatch.StartNew();
        AssertError($"{cmdlet} -AcseTimeoutSeconds 1", $"PACS@127.0.0.1:{silent.Port}", "PacsTimeout");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 4);
    }

    [Theory, MemberData(nameof(EachCmdlet))]
    public void A_server_that_hangs_up_in_mid_answer(string cmdlet)
    {
        // The acceptance of an association takes more than 100 bytes.
        using var proxy = new RecordingProxy(servers.Of("Orthanc").Port, hangUpAfter: 100);
        AssertError(cmdlet, $"ORTHANC@127.0.0.1:{proxy.Port}", "AssociationAborted");
    }

    [Fact]
    public void A_server_that_hangs_up_between_two_matches()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 900);
        var result = AssertError("Find-PacsStudy -After 20210101", $"{server.AETitle}@127.0.0.1:{proxy.Port}", "AssociationAborted");
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void A_server_that_falls_silent_between_two_matches()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 900, fallSilent: true);
        var clock = Stopwatch.StartNew();
        var result = AssertError("Find-PacsStudy -After 20210101 -DimseTimeoutSeconds 1", $"{server.AETitle}@127.0.0.1:{proxy.Port}", "PacsTimeout");

        // The first one was on the pipeline before the last was on the wire.
        Assert.NotEmpty(result.Output);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 4);
    }

    [Theory, MemberData(nameof(EachCmdlet))]
    public void Ctrl_C_while_a_server_says_nothing(string cmdlet)
    {
        using var silent = new SilentServer();
        var (_, untilControl) = _engine.RunAndStop(
            $"{cmdlet} -Server $server", () => LoopbackPort.ConnectionsTo(silent.Port) > 0, ("server", $"PACS@127.0.0.1:{silent.Port}"));
        Assert.InRange(untilControl.TotalSeconds, 0, 2);
        Assert.Equal(0, LoopbackPort.ConnectionsTo(silent.Port));
    }

    [Fact]
    public void Ctrl_C_between_two_matches()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 900, fallSilent: true);
        using var seen = new ManualResetEventSlim();
        var (_, untilControl) = _engine.RunAndStop(
            "Find-PacsStudy -After 20210101 -Server $server -NoModalityLookup | ForEach-Object { $seen.Set() }",
            () => seen.IsSet,
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("seen", seen));
        Assert.InRange(untilControl.TotalSeconds, 0, 2);
        Assert.True(proxy.AllClosed(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_getscu_that_hangs_is_ended_in_its_time()
    {
        // It ignores SIGINT, as a process does that waits for a dead disk.
        using var fake = new FakeTool("trap '' INT; echo $$ > \"$0.pid\"; sleep 60");
        var clock = Stopwatch.StartNew();
        var run = HostProcess.Run(
            $"Save-PacsStudy -Server {servers.Of("dcmqrscp").Address} -StudyInstanceUid {TestData.RecentStudy} -Destination '{_engine.Folder}/d' -Retriever GetScu -TimeoutSeconds 2",
            ("PATH", fake.Path));
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 8);
        Assert.Contains("within 2 s", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(fake.Program + ".pid").Trim()}"));
    }

    [Theory]
    [InlineData("exit 1", "Complete")]
    [InlineData("for f in \"$od\"/*; do truncate -s -100 \"$f\"; done; exit 0", "Failed")]
    [InlineData("for f in \"$od\"/*; do echo more >> \"$f\"; done; exit 0", "Failed")]
    public void The_files_are_believed_and_the_exit_code_is_not(string then, string status)
    {
        using var fake = new FakeTool($$"""
            env > "$0.env"
            while [ $# -gt 0 ]; do [ "$1" = -od ] && od=$2; shift; done
            cp '{{servers.Data.FileOf(TestData.RecentStudy + ".1.1")}}' "$od/{{TestData.RecentStudy}}.1.1"
            {{then}}
            """);
        var run = HostProcess.Run(
            $"(Save-PacsStudy -Server {servers.Of("dcmqrscp").Address} -StudyInstanceUid {TestData.RecentStudy} -Destination '{_engine.Folder}/d' -Retriever GetScu).Status",
            ("PATH", fake.Path));
        Assert.Equal(status, run.Output.Trim());
        Assert.Contains("TCP_NODELAY=1", File.ReadAllText(fake.Program + ".env"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_DICOM_server_is_told_from_one()
    {
        using var web = new TextServer("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        AssertError("Find-PacsStudy", $"PACS@127.0.0.1:{web.Port}", "ProtocolViolation");
    }

    [Fact]
    public void Getscu_that_was_asked_for_and_is_missing_names_the_package()
    {
        var server = servers.Of("dcmqrscp");
        var path = ("PATH", Path.GetDirectoryName(Environment.ProcessPath));
        var save = $"Find-PacsStudy -Server {server.Address} -StudyDate 20210901 | Save-PacsStudy -Destination '{_engine.Folder}/d'";
        var run = HostProcess.Run($"{save} -Retriever GetScu", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("getscu was not found on the PATH", run.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install dcmtk", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_engine.Folder, "d")));

        var without = HostProcess.Run($"({save}) | ForEach-Object {{ \"$($_.Status) by $($_.Retriever)\" }}", path);
        Assert.Equal("Complete by BuiltIn", without.Output.Trim().Split('\n')[^1]);
    }

    [Fact]
    public void A_destination_that_cannot_be_written_to()
    {
        var server = servers.Of("dcmqrscp");
        File.WriteAllText(Path.Combine(_engine.Folder, "file"), "");
        var result = _engine.Run("Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination file",
            ("server", server.Address), ("uid", TestData.RecentStudy));
        Assert.Equal(["DestinationUnusable"], result.ErrorIds);
        Assert.NotNull(result.Terminating);
    }

    [Fact]
    public void Save_goes_on_with_the_next_study_after_one_that_failed()
    {
        var server = servers.Of("dcmqrscp");
        var result = _engine.Run(
            "'1.2.3', $uid | ForEach-Object { [pscustomobject]@{ StudyInstanceUid = $_ } } | Save-PacsStudy -Server $server -Destination d",
            ("server", server.Address), ("uid", TestData.RecentStudy));
        Assert.Equal(["Empty", "Complete"], result.Texts("Status"));
    }

    [Fact]
    public void Quiet_gives_a_bool_and_no_error()
    {
        var result = _engine.Run("Test-PacsConnection -Quiet -Server $server", ("server", $"PACS@127.0.0.1:{LoopbackPort.Free()}"));
        Assert.Equal([false], result.ThrowIfFailed().Output.Select(value => value.BaseObject));
    }

    private EngineResult AssertError(string cmdlet, string server, string errorId)
    {
        var result = _engine.Run($"{cmdlet} -Server $server", ("server", server));
        Assert.Equal([errorId], result.ErrorIds);
        Assert.NotEmpty(result.Errors[0].ErrorDetails.RecommendedAction);

        // The next study or server has its turn.
        Assert.Null(result.Terminating);
        return result;
    }
}
