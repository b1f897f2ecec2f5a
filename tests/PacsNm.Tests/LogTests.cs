using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What -LogPath writes of a retrieval.</summary>
public sealed class LogTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Lines_that_several_processes_append_are_all_there()
    {
        var file = Path.Combine(_engine.Folder, "shared");
        var core = Path.Combine(Repository.Root, "bin", "net8.0", "PacsNm.Core.dll");
        var go = Path.Combine(_engine.Folder, "go");
        var writers = Enumerable.Range(0, 3).Select(number => HostProcess.Begin("-Command", $$"""
            $append = [Reflection.Assembly]::LoadFrom('{{core}}').GetType('PacsNm.Files.PrivateFile').GetMethod('Append')
            New-Item '{{file}}.{{number}}' | Out-Null
            while (-not (Test-Path '{{go}}')) { }
            1..300 | ForEach-Object { $append.Invoke($null, @('{{file}}', [Text.Encoding]::ASCII.GetBytes("{{number}} $_`n"))) }
            """)).ToArray();
        try
        {
            Wait.Until("all are ready", () => Enumerable.Range(0, 3).All(number => File.Exists($"{file}.{number}")));
            File.WriteAllText(go, "");
            Assert.All(writers, writer => Assert.True(writer.WaitForExit(Wait.Limit)));
        }
        finally
        {
            foreach (var writer in writers)
            {
                writer.Kill();
                writer.Dispose();
            }
        }

        var expected = from number in Enumerable.Range(0, 3) from line in Enumerable.Range(1, 300) select $"{number} {line}";
        Assert.Equal(expected.Order(StringComparer.Ordinal), File.ReadAllLines(file).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_line_an_event_is_appended_with_a_time_and_no_patient()
    {
        var server = servers.Of("dcmqrscp").Address;
        const string absent = "2.25.404";
        var result = _engine.Run("""
            Find-PacsStudy -Server $server -StudyDate 20210901-20210930 | Save-PacsStudy -Destination d -LogPath log.txt
            Save-PacsStudy -Server $server -StudyInstanceUid $absent -Destination d -RetryCount 0 -LogPath log.txt
            Find-PacsStudy -Server $server -StudyDate 20210901 | Save-PacsStudy -Destination d -LogPath log.txt -WhatIf
            """, ("server", server), ("absent", absent));
        var lines = File.ReadAllLines(Path.Combine(_engine.Folder, "log.txt"));
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d [A-Z]", line));
        var events = lines.Select(line => line[26..]).ToArray();
        Assert.Equal(2, events.Count(line => line.StartsWith("Run Save-PacsStudy", StringComparison.Ordinal)));
        Assert.Contains($"Begin Study {TestData.NuclearMedicineStudy} at {server}", events);
        Assert.Contains(
            events,
            line => line.StartsWith(
                $"Complete Study {TestData.NuclearMedicineStudy} at {server}: 3 received by GetScu, 0 already present, 0 missing, ",
                StringComparison.Ordinal));
        var error = Assert.Single(result.ErrorIds);
        Assert.Contains(events, line => line.StartsWith($"{error} Study {absent}", StringComparison.Ordinal));
        Assert.Equal(
            "End, 7 instances received, at most 1 association at a time",
            events.First(line => line.StartsWith("End", StringComparison.Ordinal)));
        Assert.DoesNotMatch("ZZTest|TEST-00", string.Join('\n', lines));
    }

    [Fact]
    public void Verbose_tells_the_steps_and_debug_the_exchange_and_neither_a_patient()
    {
        var server = servers.Of("dcmqrscp").Address;
        var run = HostProcess.Run(
            $"$DebugPreference = 'Continue'; Find-PacsStudy -Server {server} -StudyDate 20210901 -PatientName 'ZZTest*' | "
                + $"Save-PacsStudy -Destination '{_engine.Folder}/d' -Verbose");
        Assert.Contains("DEBUG: C-FIND-RQ to", run.Error, StringComparison.Ordinal);
        Assert.Contains("PatientName*, PatientID,", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 pending, then", run.Error, StringComparison.Ordinal);
        Assert.Contains("DEBUG: getscu: I: Received C-STORE Request", run.Error, StringComparison.Ordinal);
        Assert.Contains("DEBUG: getscu: 3 C-STORE, final status", run.Error, StringComparison.Ordinal);
        Assert.Contains($"VERBOSE: Study {TestData.NuclearMedicineStudy}: Retrieving.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch("ZZTest|TEST-00", run.Error);
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("", "-Verbose", false)]
    [InlineData("$DebugPreference = 'Continue';", "", true)]
    [InlineData("", "-NoRelay", true)]
    public void Getscu_tells_of_each_object_where_somebody_wants_it_or_nobody_else_sees_it(string before, string option, bool isVerbose)
    {
        using var getScu = new FakeTool($"echo \"$@\" > \"$0.arguments\"; exec '{Require.Tool("getscu")}' \"$@\"");
        var run = HostProcess.Run(
            $"{before} (Save-PacsStudy -Server {servers.Of("dcmqrscp").Address} -StudyInstanceUid {TestData.NuclearMedicineStudy} "
                + $"-Destination '{_engine.Folder}/d' -Retriever GetScu {option}).Status",
            ("PATH", getScu.Path));
        Assert.Equal("Complete", run.Output.Trim());
        Assert.Equal(isVerbose, File.ReadAllText(getScu.Program + ".arguments").Split(' ').Contains("-v"));
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_told_before_anything_is_retrieved()
    {
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20210901 | Save-PacsStudy -Destination d -LogPath no/such/folder/log.txt",
            ("server", servers.Of("dcmqrscp").Address));
        Assert.Equal(["LogUnusable"], result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(Path.Combine(_engine.Folder, "d")));
    }
}
