using System.Management.Automation;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What the cmdlets take, by position, by pipeline and from files; and how one bad input among others behaves.</summary>
public sealed class InputTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("$uid | Find-PacsSeries -Server $server", 2)]
    [InlineData("Find-PacsSeries $uid -Server $server", 2)]
    [InlineData("Find-PacsSeries \" $uid \" -Server $server", 2)]
    [InlineData("Find-PacsSeries $study", 2)]
    [InlineData("Find-PacsSeries $studies", 4)]
    [InlineData("$studies | Find-PacsSeries", 4)]
    [InlineData("$uid | Find-PacsInstance -Server $server", 3)]
    [InlineData("Find-PacsInstance $uid -Server $server", 3)]
    [InlineData("Find-PacsInstance $uid \"$uid.2\" -Server $server", 1)]
    [InlineData("Find-PacsInstance $study", 3)]
    [InlineData("$study | Find-PacsSeries -Modality KO | Find-PacsInstance", 1)]
    [InlineData("$study | Find-PacsSeries -Modality KO | Find-PacsSeries", 2)]
    [InlineData("$uid | Save-PacsStudy -Server $server -Destination d", 1)]
    [InlineData("Save-PacsStudy $uid -Server $server -Destination d", 1)]
    [InlineData("Save-PacsStudy $study -Destination d", 1)]
    [InlineData("Save-PacsStudy $studies -Destination d", 2)]
    [InlineData("Save-PacsSeries $uid \"$uid.1\", \"$uid.2\" -Server $server -Destination d", 2)]
    [InlineData("Save-PacsInstance $uid \"$uid.1\" \"$uid.1.1\" -Server $server -Destination d", 1)]
    public void UIDs_and_objects_are_taken_by_position_and_from_the_pipeline(string command, int count)
    {
        foreach (var name in RealServers.Names)
            Assert.Equal(count, Run(name, command).ThrowIfFailed().Output.Count);
    }

    [Theory]
    [InlineData("$studies | Export-Csv kept.csv; Import-Csv kept.csv", "Save-PacsStudy -Destination d", 2)]
    [InlineData("$studies | Export-Clixml kept.xml; Import-Clixml kept.xml", "Save-PacsStudy -Destination d", 2)]
    [InlineData("$studies | ConvertTo-Json -Depth 4 | ConvertFrom-Json", "Find-PacsStudy", 2)]
    [InlineData("$study | Find-PacsSeries | Export-Clixml kept.xml; Import-Clixml kept.xml", "Save-PacsSeries -Destination d", 2)]
    [InlineData("$study | Find-PacsSeries | Export-Csv kept.csv; Import-Csv kept.csv", "Save-PacsSeries -Destination d", 2)]
    [InlineData("$study | Find-PacsSeries | Export-Clixml kept.xml; Import-Clixml kept.xml", "Find-PacsInstance", 3)]
    [InlineData("$study | Find-PacsInstance | Export-Clixml kept.xml; Import-Clixml kept.xml", "Save-PacsInstance -Destination d", 3)]
    [InlineData("$study | Find-PacsInstance | Export-Csv kept.csv; Import-Csv kept.csv", "Save-PacsInstance -Destination d", 3)]
    [InlineData("$studies | Export-Clixml kept.xml; Import-Clixml kept.xml", "Find-PacsStudy", 2)]
    [InlineData("$studies | Export-Clixml kept.xml; Import-Clixml kept.xml", "Find-PacsSeries", 4)]
    [InlineData("$saved = $studies | Save-PacsStudy -Destination d; $saved", "Find-PacsStudy", 2)]
    public void What_was_kept_in_a_file_is_taken_by_its_properties(string source, string command, int count)
    {
        foreach (var name in RealServers.Names)
        {
            var result = Run(name, $"$rows = & {{ {source} }}; $rows | {command}").ThrowIfFailed();
            Assert.Equal(count, result.Output.Count);
        }
    }

    [Theory]
    [InlineData("Save-PacsStudy -Destination d", "InputMissing")]
    [InlineData("Save-PacsSeries -Destination d", "InputMissing")]
    [InlineData("Save-PacsStudy @() -Destination d", "InputMissing")]
    [InlineData("Find-PacsSeries $null", "InputMissing")]
    [InlineData("Save-PacsSeries 1.2.3 -Destination d", "MissingMandatoryParameter")]
    [InlineData("Save-PacsInstance 1.2.3 1.2.4 -Destination d", "MissingMandatoryParameter")]
    [InlineData("Find-PacsSeries -Server $server", "InputMissing")]
    [InlineData("Find-PacsInstance -Server $server", "InputMissing")]
    [InlineData("Save-PacsStudy -InputObject $study -StudyInstanceUid 1.2.3", "AmbiguousParameterSet")]
    [InlineData("Find-PacsSeries -InputObject $study -StudyInstanceUid 1.2.3", "AmbiguousParameterSet")]
    [InlineData("Find-PacsInstance -InputObject $study -SeriesInstanceUid 1.2.3", "AmbiguousParameterSet")]
    [InlineData("Find-PacsStudy -Server $server -StudyDate 20210901 -LastDays 3", "AmbiguousParameterSet")]
    [InlineData("Find-PacsStudy -Server $server -StudyDate 20210901 -AllDates", "AmbiguousParameterSet")]
    [InlineData("Find-PacsStudy -Server $server -After 20210901 -LastDays 3", "AmbiguousParameterSet")]
    [InlineData("Find-PacsStudy -Server $server -Before 20210901 -StudyDate 20210901", "AmbiguousParameterSet")]
    [InlineData("Find-PacsStudy -Server $server -LastDays 3 -AllDates", "AmbiguousParameterSet")]
    public void What_is_missing_or_excludes_each_other_is_refused_when_it_is_bound(string command, string errorId)
    {
        var result = Run("Orthanc", command);
        Assert.Equal([errorId], result.ErrorIds);
        Assert.NotNull(result.Terminating);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ StudyInstanceUid = '' }", "Save-PacsStudy -Destination d", "InvalidUid")]
    [InlineData("[pscustomobject]@{ StudyInstanceUid = 'x y' }", "Find-PacsSeries", "InvalidUid")]
    [InlineData("[pscustomobject]@{ Other = 1 }", "Find-PacsSeries", "InputObjectNotBound")]
    [InlineData("[pscustomobject]@{ Server = $server }", "Find-PacsSeries", "InputMissing")]
    [InlineData(
        "[pscustomobject]@{ Server = $server; StudyInstanceUid = $null }", "Save-PacsStudy -Destination d",
        "ParameterArgumentValidationErrorNullNotAllowed")]
    [InlineData("[pscustomobject]@{ StudyInstanceUid = '1.2.3' }", "Find-PacsSeries", "StudyNotFound")]
    [InlineData("'1.2.3'", "Find-PacsInstance", "StudyNotFound")]
    [InlineData("[pscustomobject]@{ StudyInstanceUid = $uid; Server = 'nowhere' }", "Find-PacsSeries", "ServerNotFound")]
    [InlineData(
        "[pscustomobject]@{ StudyInstanceUid = $uid; Server = 'A-TITLE-THAT-IS-TOO-LONG@127.0.0.1:9' }", "Find-PacsStudy",
        "InvalidAETitle")]
    [InlineData("[pscustomobject]@{ StudyInstanceUid = $uid; Server = 'nowhere' }", "Save-PacsStudy -Destination d", "ServerNotFound")]
    public void One_bad_input_is_an_error_and_the_next_has_its_turn(string bad, string command, string errorId)
    {
        // A default server, so that a row may name another.
        var result = Run(
            "Orthanc", $"$env:PACSNM_SERVER = $server; try {{ @({bad}) + $study | {command} }} finally {{ $env:PACSNM_SERVER = $null }}");
        Assert.Equal([errorId], result.ErrorIds);
        Assert.Null(result.Terminating);
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void A_server_that_is_down_does_not_end_the_pipeline_of_the_others()
    {
        const string script = """
            $down = Start-PacsSimulator -StudyCount 2
            $lost = @(Find-PacsStudy -Server $down -MaxStudies 1)
            $lostSeries = @($lost | Find-PacsSeries | Select-Object -First 1)
            Stop-PacsSimulator $down
            $down, $server | Find-PacsStudy -StudyDate 20210901 -ErrorAction $action
            $lost + $study | Find-PacsSeries -ErrorAction $action
            $lostSeries + $study | Find-PacsInstance -ErrorAction $action
            """;
        var result = Run("Orthanc", script, ("action", "Continue"));
        Assert.Equal(["PacsUnreachable", "PacsUnreachable", "PacsUnreachable"], result.ErrorIds);
        Assert.Equal(["PacsServer", "PacsStudy", "PacsSeries"], result.Errors.Select(error => Unwrap(error.TargetObject).GetType().Name));
        Assert.Equal(1 + 2 + 3, result.Output.Count);
        Assert.Equal(1 + 2 + 3, Run("Orthanc", script, ("action", "SilentlyContinue")).ThrowIfFailed().Output.Count);
        var stopped = Run("Orthanc", script, ("action", "Stop"));
        Assert.StartsWith("PacsUnreachable", stopped.Terminating?.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(stopped.Output);
    }

    [Theory]
    [InlineData("Find-PacsStudy")]
    [InlineData("Find-PacsSeries")]
    [InlineData("Find-PacsInstance")]
    [InlineData("Save-PacsStudy -Destination d")]
    public void Hundreds_of_inputs_do_not_try_a_server_that_failed_hundreds_of_times(string command)
    {
        // One refuses every association; the other hangs up on each, which may be a chance, three times at most.
        foreach (var (title, hangUpAfter, bound) in new[] { ("WRONG", long.MaxValue, 1), ("ORTHANC", 0, 3) })
        {
            using var proxy = new RecordingProxy(servers.Of("Orthanc").Port, hangUpAfter);
            var result = _engine.Run(
                $"1..300 | ForEach-Object {{ [pscustomobject]@{{ StudyInstanceUid = \"1.2.$_\" }} }} | {command} -Server $server",
                ("server", $"{title}@127.0.0.1:{proxy.Port}"));
            Assert.Equal(300, result.Errors.Count);
            Assert.Single(result.ErrorIds.Distinct());
            Assert.InRange(proxy.Connections, 1, command.StartsWith("Save", StringComparison.Ordinal) ? 60 : bound);
        }
    }

    [Fact]
    public void A_single_server_that_is_down_is_an_error_that_ErrorAction_decides_about()
    {
        var address = ("server", (object?)$"PACS@127.0.0.1:{LoopbackPort.Free()}");
        var result = _engine.Run("Find-PacsStudy -Server $server; 'on'", address);
        Assert.Null(result.Terminating);
        Assert.Equal(["PacsUnreachable"], result.ErrorIds);
        Assert.Equal(["on"], result.Output.Select(item => $"{item}"));
        Assert.NotNull(_engine.Run("Find-PacsStudy -Server $server -ErrorAction Stop; 'on'", address).Terminating);
    }

    [Theory]
    [InlineData("Test-PacsConnection")]
    [InlineData("Find-PacsStudy")]
    [InlineData("Find-PacsSeries 1.2.3")]
    [InlineData("Find-PacsInstance 1.2.3")]
    [InlineData("Save-PacsStudy 1.2.3")]
    [InlineData("Save-PacsSeries 1.2.3 1.2.4")]
    [InlineData("Save-PacsInstance 1.2.3 1.2.4 1.2.5")]
    [InlineData("Set-PacsServer other")]
    [InlineData("Stop-PacsSimulator")]
    public void A_server_that_is_not_one_is_ServerNotFound(string command)
    {
        foreach (var server in new[] { "nowhere", "PACS@127.0.0.1:99999", "PACS@127.0.0.1", "@127.0.0.1:104", "" })
        {
            var result = _engine.Run($"{command} -Server $server", ("server", server));
            Assert.Equal(["ServerNotFound"], result.ErrorIds);
            var error = result.Terminating ?? result.Errors[0];
            Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
            Assert.Equal(server, error.TargetObject);
            Assert.Contains("Set-PacsServer", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
            Assert.Contains(
                server.Length == 0 ? "empty" : "the name of a saved server (", error.Exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Spaces_around_a_server_and_its_AE_titles_do_not_matter()
    {
        var server = servers.Of("Orthanc");
        var result = _engine.Run(
            "Find-PacsStudy -Server \" $server \" -StudyDate 20210901; "
                + "Find-PacsStudy -ComputerName ' 127.0.0.1' -Port $port -CalledAETitle ' ORTHANC ' -CallingAETitle ' MINE' "
                + "-StudyDate 20210901",
            ("server", server.Address), ("port", server.Port));
        Assert.Equal(2, result.ThrowIfFailed().Output.Count);
    }

    private EngineResult Run(string name, string command, params (string Name, object? Value)[] variables) => _engine.Run(
        "$study = Find-PacsStudy -Server $server -StudyDate 20210901; "
            + "$studies = @(Find-PacsStudy -Server $server -StudyDate 20210901-20210930); "
            + command,
        [("server", servers.Of(name).Address), ("uid", TestData.NuclearMedicineStudy), .. variables]);

    private static object Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value!;
}
