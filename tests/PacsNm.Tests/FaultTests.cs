using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Each way in which a PACS cannot be talked to has its ErrorId, within its time, with an action.</summary>
public sealed class FaultTests(RealServers servers) : IDisposable
{
    private static readonly string[] Cmdlets =
        [
            "Test-PacsConnection", "Find-PacsStudy", "Find-PacsSeries -StudyInstanceUid 1.2.3",
            "Save-PacsStudy -StudyInstanceUid 1.2.3 -Destination d",
        ];

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
        var result = AssertError($"{cmdlet} -AcseTimeoutSeconds 1", $"PACS@127.0.0.1:{silent.Port}", "PacsTimeout");
        Assert.Contains("(ACSE) within 1 s", result.AllText, StringComparison.Ordinal);
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
        var result = AssertError(
            "Find-PacsStudy -After 20210101 -DimseTimeoutSeconds 1", $"{server.AETitle}@127.0.0.1:{proxy.Port}", "PacsTimeout");

        // The first one was on the pipeline before the last was on the wire.
        Assert.NotEmpty(result.Output);
        Assert.Contains("No complete DIMSE message within 1 s", result.AllText, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(EachCmdlet))]
    public void Ctrl_C_while_a_server_says_nothing(string cmdlet)
    {
        using var silent = new SilentServer();
        _engine.RunAndStop(
            $"{cmdlet} -Server $server -AcseTimeoutSeconds {Wait.LongerThanLimit}",
            () => LoopbackPort.ConnectionsTo(silent.Port) > 0,
            ("server", $"PACS@127.0.0.1:{silent.Port}"));
        LoopbackPort.WaitUntilNoneTo(silent.Port);
    }

    [Fact]
    public void Ctrl_C_between_two_matches()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port, hangUpAfter: 900, fallSilent: true);
        using var seen = new ManualResetEventSlim();
        _engine.RunAndStop(
            $"Find-PacsStudy -After 20210101 -Server $server -NoModalityLookup -DimseTimeoutSeconds {Wait.LongerThanLimit} | "
                + "ForEach-Object { $seen.Set() }",
            () => seen.IsSet,
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("seen", seen));
        proxy.WaitUntilAllClosed();
    }

    [Fact]
    public void A_getscu_that_hangs_is_ended_in_its_time()
    {
        // It ignores SIGINT, as a process does that waits for a dead disk. It writes its process id, then never ends by itself.
        using var fake = new FakeTool("trap '' INT; echo $$ > \"$0.pid\"; exec sleep infinity");
        var server = servers.Of("dcmqrscp").Address;
        var run = HostProcess.Run(
            $"Save-PacsStudy -Server {server} -StudyInstanceUid {TestData.RecentStudy} -Destination '{_engine.Folder}/d' "
                + "-Retriever GetScu -TimeoutSeconds 5",
            ("PATH", fake.Path));
        Assert.Contains("within 5 s", run.Error, StringComparison.Ordinal);
        var id = File.ReadAllText(fake.Program + ".pid").Trim();
        Wait.Until("getscu is gone", () => !IsRunning(id));
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
            $"(Save-PacsStudy -Server {servers.Of("dcmqrscp").Address} -StudyInstanceUid {TestData.RecentStudy} "
                + $"-Destination '{_engine.Folder}/d' -Retriever GetScu).Status",
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

    /// <summary>Whether a process runs; one that has ended and that nobody has asked about (Z) does not.</summary>
    private static bool IsRunning(string processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
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
