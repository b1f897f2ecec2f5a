using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>The nightly job of the package's Examples folder, copied to where a user copies it, and run as cron runs it.</summary>
public sealed class SchedulingTests : IDisposable
{
    /// <summary>Linux answers every write to it with "no space left on device".</summary>
    private const string FullDevice = "/dev/full";

    private readonly RealServers _servers;
    private readonly Engine _engine = new();
    private readonly string _script;

    public SchedulingTests(RealServers servers)
    {
        _servers = servers;
        _script = Path.Combine(_engine.Folder, "pacsnm-daily.ps1");
        File.Copy(Path.Combine(Repository.Root, "Examples", "pacsnm-daily.ps1"), _script);
    }

    private string Log => Path.Combine(_engine.Folder, "log");

    private string LogText => File.ReadAllText(Log);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Its_exit_code_tells_complete_from_partial_from_failed_and_is_the_same_where_the_log_cannot_be_written()
    {
        // Behind a line that drops with every object of more than 40 kB.
        var small = _servers.Data.FileOf(TestData.RecentStudy + ".1.1");
        var large = _servers.Data.FileOf(TestData.NuclearMedicineStudy + ".1.1");
        string[] recent = [$"StudyDate={DateTime.Today.AddDays(-1):yyyyMMdd}", "Modality=NM", "PatientID=TEST-9"];
        using var files = new VariedFiles();
        files.Add(small, recent);
        using var server = new OrthancServer(files.Folder);
        using var line = new RecordingProxy(server.Port, hangUpAfter: 40_000);
        var address = $"{server.AETitle}@127.0.0.1:{line.Port}";
        Expect(0, $"Complete {TestData.RecentStudy}: 1 of 1 instances", "0 studies were asked for");

        files.Add(large, [.. recent, $"StudyInstanceUID={TestData.RecentStudy}", $"SOPInstanceUID={TestData.RecentStudy}.1.2"]);
        server.Store(files.Folder);
        Expect(1, $"Partial {TestData.RecentStudy}: 1 of 2 instances");

        files.Add(large, recent);
        server.Store(files.Folder);
        var text = Expect(2, $"Failed {TestData.NuclearMedicineStudy}");
        Assert.Contains($"Partial {TestData.RecentStudy}", text, StringComparison.Ordinal);

        address = $"PACS@127.0.0.1:{LoopbackPort.Free()}";
        Expect(3, "The job 'nightly' was made with -Server ");

        string Expect(int exitCode, string line, string? without = null)
        {
            var run = Run("-Server", address, "-Log", Log);
            Check(run, exitCode, LogText, line);
            Assert.Empty(run.Error);
            if (File.Exists(FullDevice))
            {
                run = Run("-Server", address, "-Log", FullDevice);
                Check(run, exitCode, run.Error, without ?? line);
            }

            return LogText;
        }

        static void Check(HostProcess run, int exitCode, string told, string line)
        {
            Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}: {run.Output}{run.Error}{told}");
            Assert.Contains(line, told, StringComparison.Ordinal);
            Assert.EndsWith($"Exit code {exitCode}.", told.TrimEnd(), StringComparison.Ordinal);
            Assert.DoesNotMatch("ZZTest|TEST-00", told + run.Output + run.Error);
            Assert.Empty(run.Output);
        }
    }

    [Fact]
    public void A_job_whose_PACS_is_down_fails_even_if_nothing_can_be_told_to_anybody()
    {
        Assert.SkipUnless(File.Exists(FullDevice), "This system has no full device.");
        var address = $"PACS@127.0.0.1:{LoopbackPort.Free()}";
        Assert.Equal(3, RunUnder(["sh", "-c", "exec \"$0\" \"$@\" 2>/dev/full"], "-Server", address, "-Log", FullDevice).ExitCode);
        foreach (var log in new[] { "no/such/folder/log", "" })
        {
            var run = Run("-Server", address, "-Log", log);
            Assert.Equal(3, run.ExitCode);
            Assert.Contains("did not come to its end", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_PACS_that_goes_away_after_the_search_is_no_success()
    {
        using var server = RecentServer();
        using var line = new RecordingProxy(server.Port, served: 1);
        Assert.Equal(2, Run("-Server", $"{server.AETitle}@127.0.0.1:{line.Port}", "-Log", Log).ExitCode);
        Assert.Contains("Failed", LogText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_ends_early_is_no_success_though_all_that_it_found_is_complete()
    {
        // The PACS answers with some studies, then with a failure.
        var run = Run("-Module", WriteModule("""
            function Invoke-PacsJob {
                [CmdletBinding()] param($Path, $Name, $MinimumFreeSpace, $UnreachableTimeoutSeconds)
                [pscustomobject]@{ Row = 1; Outcome = 'Complete'; StudyInstanceUid = '1.2.3'; Present = 1; Expected = 1 }
                Write-Error 'The PACS ended the association.'
            }
            """), "-Log", Log);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("Complete 1.2.3", LogText, StringComparison.Ordinal);
        Assert.Contains("did not come to its end. The PACS ended the association.", LogText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retrieval_that_ends_early_is_no_success()
    {
        using var server = RecentServer();
        var run = Run("-Server", server.Address, "-MinimumFreeSpace", $"{long.MaxValue}", "-Log", Log);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("did not come to its end. The destination has", LogText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_time_is_over_before_its_search_is_no_success()
    {
        var run = Run("-Server", _servers.Of("Orthanc").Address, "-StopAt", "2001-02-03 04:05", "-Log", Log);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("was not searched up to today", LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Destinatoin", "x", "'-Destinatoin x'")]
    [InlineData("-LastDays", "many", "LastDays")]
    [InlineData("-Module", "NoSuchModule", "NoSuchModule")]
    [InlineData("-Server", "nobody", "nobody")]
    [InlineData("-StopAt", "soon", "StopAt")]
    [InlineData("-Destination", "", "-Destination")]
    public void A_call_that_is_wrong_does_not_look_like_a_study_that_is_partial(string name, string value, string told)
    {
        var run = Run(name, value, "-Log", Log);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(told, LogText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_is_stopped_says_so()
    {
        using var silent = new SilentServer();
        var run = RunUnder(["timeout", "--signal=INT", "10"], "-Server", $"PACS@127.0.0.1:{silent.Port}", "-Log", Log);
        Assert.Equal(124, run.ExitCode);
        Assert.Contains("It was stopped.", LogText, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_help_says_what_each_parameter_is()
    {
        var help = HostProcess.Run($"Get-Help '{_script}' -Full | Out-String -Width 200");
        Assert.Contains("-StopAt", help.Output, StringComparison.Ordinal);
        var parameters = HostProcess.Run(
            $"(Get-Help '{_script}' -Parameter *) | ForEach-Object {{ \"$($_.name): $($_.description.Text -replace '\\s+', ' ')\" "
                + "}").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(parameters.Length >= 7, string.Join('\n', parameters));
        Assert.All(parameters, parameter => Assert.Matches(@"^\w+: \w.*\.\s*$", parameter));
    }

    [Fact]
    public void It_is_a_script_that_Windows_PowerShell_reads()
    {
        // Without a mark, 5.1 takes a file for one in the code page of the machine.
        Assert.All(File.ReadAllBytes(_script), character => Assert.InRange(character, (byte)9, (byte)126));
        Assert.Contains("#Requires -Version 5.1", File.ReadAllText(_script), StringComparison.Ordinal);
        Assert.DoesNotContain("?.", File.ReadAllText(_script), StringComparison.Ordinal);
    }

    /// <summary>A server with a study of yesterday.</summary>
    private OrthancServer RecentServer()
    {
        using var files = new VariedFiles();
        files.Add(
            _servers.Data.FileOf(TestData.RecentStudy + ".1.1"), $"StudyDate={DateTime.Today.AddDays(-1):yyyyMMdd}", "Modality=NM");
        return new OrthancServer(files.Folder);
    }

    private HostProcess Run(params string[] arguments) => RunUnder([], arguments);

    /// <summary>Runs it as cron does: without a terminal, without HOME, in the locale C.</summary>
    private HostProcess RunUnder(string[] program, params string[] arguments)
    {
        string[] destination = arguments.Contains("-Destination") || arguments.Contains("-Destinatoin")
            ? []
            : ["-Destination", Path.Combine(_engine.Folder, "d")];
        string[] module = arguments.Contains("-Module") ? [] : ["-Module", Repository.Manifest];
        string[] patience = ["-UnreachableTimeoutSeconds", "0"];
        return HostProcess.StartUnder(
            program, ["-File", _script, .. arguments, .. destination, .. module, .. patience],
            ("HOME", null), ("LC_ALL", "C"), ("TERM", null), ("XDG_CONFIG_HOME", null));
    }

    /// <summary>A module that stands in for ours.</summary>
    private string WriteModule(string invoke)
    {
        var path = Path.Combine(_engine.Folder, "stand-in.psm1");
        File.WriteAllText(path, invoke + """

            function Get-PacsJob { [CmdletBinding()] param($Path, $Name, [switch] $Row) }
            function New-PacsJob {
                [CmdletBinding()] param($Name, $Destination, $LastDays, $Modality)
                [pscustomobject]@{ Name = $Name }
            }
            """);
        return path;
    }
}
