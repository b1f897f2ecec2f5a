using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>A job on a real Slurm, whose tasks are cancelled and killed.</summary>
public sealed class SlurmTests : IDisposable
{
    private const int Studies = 200;
    private const int Tasks = 16;
    private const int AtATime = 4;

    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void An_array_divides_a_job_and_survives_what_happens_to_its_tasks()
    {
        foreach (var tool in new[] { "slurmctld", "slurmd", "sbatch", "munged" })
            Require.Tool(tool);
        Run($"$pacs = Start-PacsSimulator -StudyCount {Studies} -StudyDate 2021-09-01");
        using var proxy = new RecordingProxy((int)Run("$pacs.Port").Output[0].BaseObject);
        Run(
            $"1..{Studies} | ForEach-Object {{ 'ACC{{0:0000}}' -f $_ }} | "
            + $"New-PacsJob cohort -Server $pacs -Port {proxy.Port} -Destination d");
        using var slurm = new SlurmCluster();
        var array = slurm.Submit($"--array=0-{Tasks - 1}%{AtATime}", $"--output={_engine.Folder}/%a.log", Script());

        // One task is requeued in the middle of its work, and the program of another is killed.
        Wait.Until("the first task has done something", () => Outcomes(1) > 0);
        slurm.Run("scontrol", "requeue", $"{array}_0");
        Wait.Until("the second task has done something", () => Outcomes(2) > 0);
        slurm.Run("scancel", "--signal=KILL", $"{array}_1");
        Wait.Until("all tasks have ended", () => slurm.Run("squeue", "-h", "-j", array, "-t", "all", "-o", "%T").Split('\n')
            .All(state => state.Trim() is "" or "COMPLETED" or "FAILED" or "CANCELLED"));

        // What the killed task left is done by the array of the next night.
        var again = slurm.Submit($"--array=1", $"--output={_engine.Folder}/again.log", Script("2/16"));
        Wait.Until("the task has ended", () => slurm.Run("squeue", "-h", "-j", again, "-o", "%T").Trim().Length == 0);
        var job = Run("Get-PacsJob d").Output[0];
        Assert.Equal((Studies, Studies), ((int)job.Properties["Rows"].Value, (int)job.Properties["Complete"].Value));
        Assert.Equal(
            Enumerable.Range(1, Studies).Select(row => $"{row} Complete"),
            Run("Get-PacsJob d -Row | ForEach-Object { \"$($_.Row) $($_.Outcome)\" }").Output.Select(row => $"{row}"));
        var archive = Run("Test-PacsArchive d").Texts("Status");
        Assert.Equal(Studies, archive.Length);
        Assert.All(archive, status => Assert.Equal("Intact", status));
        Assert.InRange(proxy.MostOpen, 1, AtATime);
    }

    private string Script(string share = "Auto")
    {
        var script = Path.Combine(_engine.Folder, $"{share.Replace('/', '-')}.sh");
        var command = string.Join(' ', HostProcess.CommandLine(
            HostProcess.WithModule($"Invoke-PacsJob '{_engine.Folder}/d' -Shard {share} -Retriever BuiltIn -ErrorAction Ignore"))
            .Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        File.WriteAllText(script, $"#!/bin/sh\n#SBATCH --requeue\nexec {command}\n");
        return script;
    }

    private int Outcomes(int share)
    {
        var path = Path.Combine(_engine.Folder, "d", ".pacsnm", "jobs", "cohort", $"outcomes.{share}of{Tasks}.tsv");
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n').Count(line => line.Contains("\tComplete\t", StringComparison.Ordinal));
    }

    private EngineResult Run(string script) => _engine.Run(script).ThrowIfFailed();
}
