using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>The nightly job of README and of about_PacsNm_Scheduling, run as it stands there.</summary>
public sealed class SchedulingTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    private string Log => Path.Combine(_engine.Folder, "log");

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void The_about_topic_and_README_show_the_same_script() =>
        Assert.Contains(Script(), File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);

    [Fact]
    public void Its_exit_code_tells_complete_from_partial_from_failed()
    {
        // Behind a line that drops with every object of more than 40 kB.
        var small = servers.Data.FileOf(TestData.RecentStudy + ".1.1");
        var large = servers.Data.FileOf(TestData.NuclearMedicineStudy + ".1.1");
        string[] recent = [$"StudyDate={DateTime.Today.AddDays(-1):yyyyMMdd}", "Modality=NM"];
        using var files = new VariedFiles();
        files.Add(small, recent);
        using var server = new OrthancServer(files.Folder);
        using var line = new RecordingProxy(server.Port, hangUpAfter: 40_000);
        var address = $"{server.AETitle}@127.0.0.1:{line.Port}";
        Assert.Equal(0, Run(address).ExitCode);
        Assert.Contains($"Complete {TestData.RecentStudy}: 1 received", File.ReadAllText(Log), StringComparison.Ordinal);
        Assert.Equal(0, Run(address).ExitCode);
        Assert.Contains("Skipped", File.ReadAllText(Log), StringComparison.Ordinal);

        files.Add(large, [.. recent, $"StudyInstanceUID={TestData.RecentStudy}", $"SOPInstanceUID={TestData.RecentStudy}.1.2"]);
        server.Store(files.Folder);
        Assert.Equal(1, Run(address).ExitCode);
        Assert.Contains($"Partial {TestData.RecentStudy}: 0 received, 1 there before, 1 missing", File.ReadAllText(Log), StringComparison.Ordinal);

        files.Add(large, recent);
        server.Store(files.Folder);
        Assert.Equal(2, Run(address).ExitCode);
        Assert.Contains($"Failed {TestData.NuclearMedicineStudy}", File.ReadAllText(Log), StringComparison.Ordinal);

        Assert.Equal(3, Run($"PACS@127.0.0.1:{LoopbackPort.Free()}").ExitCode);
        Assert.Contains("did not come to its end", File.ReadAllText(Log), StringComparison.Ordinal);
        Assert.DoesNotContain("ZZTest", File.ReadAllText(Log), StringComparison.Ordinal);
        Assert.DoesNotContain("TEST-003", File.ReadAllText(Log), StringComparison.Ordinal);
    }

    private HostProcess Run(string server, string destination = "d")
    {
        // The module is found by its name, as an installed one is.
        var modules = Directory.CreateDirectory(Path.Combine(_engine.Folder, "modules")).FullName;
        if (!Directory.Exists(Path.Combine(modules, "PacsNm")))
            Directory.CreateSymbolicLink(Path.Combine(modules, "PacsNm"), Repository.Root);
        var script = Path.Combine(_engine.Folder, "pacsnm-daily.ps1");
        File.WriteAllText(script, Script());
        return HostProcess.Start(
            ["-File", script, "-Server", server, "-Destination", Path.Combine(_engine.Folder, destination), "-Log", Log], ("PSModulePath", modules));
    }

    private static string Script()
    {
        // Indented by eight, from param to the last exit.
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "src", "PacsNm", "en-US", "about_PacsNm_Scheduling.help.txt"));
        var start = Array.IndexOf(lines, "        param(");
        var end = Array.LastIndexOf(lines, "        exit $exitCode");
        return string.Join("\n", lines[start..(end + 1)].Select(line => line.Length > 8 ? line[8..] : "")) + "\n";
    }
}
