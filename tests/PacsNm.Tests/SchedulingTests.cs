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
        // getscu does not receive the dose report.
        var recent = servers.Data.FileOf(TestData.RecentStudy + ".1.1");
        string[] doseReport = ["Modality=NM", "SOPClassUID=1.2.840.10008.5.1.4.1.1.88.68", $"SOPInstanceUID={TestData.RecentStudy}.1.2"];
        using var whole = new VariedFiles();
        whole.Add(recent, "Modality=NM");
        using (var server = new OrthancServer(whole.Folder))
        {
            Assert.Equal(0, Run(server.Address).ExitCode);
            Assert.Contains($"Complete {TestData.RecentStudy}: 1 received", File.ReadAllText(Log), StringComparison.Ordinal);
            Assert.Equal(0, Run(server.Address).ExitCode);
            Assert.Contains("Skipped", File.ReadAllText(Log), StringComparison.Ordinal);

            whole.Add(recent, doseReport);
            server.Store(whole.Folder);
            Assert.Equal(1, Run(server.Address).ExitCode);
            Assert.Contains($"Partial {TestData.RecentStudy}: 0 received, 1 there before, 1 missing", File.ReadAllText(Log), StringComparison.Ordinal);
        }

        using var report = new VariedFiles();
        report.Add(recent, doseReport);
        using (var server = new OrthancServer(report.Folder))
            Assert.Equal(2, Run(server.Address, "other").ExitCode);

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
