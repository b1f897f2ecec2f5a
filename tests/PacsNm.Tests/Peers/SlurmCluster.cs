using System.Diagnostics;
using System.Net;

namespace PacsNm.Tests.Peers;

/// <summary>A Slurm with four nodes of one processor each, all on this machine. It needs root.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private const int Nodes = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _daemons = [];

    public SlurmCluster()
    {
        var host = Dns.GetHostName().Split('.')[0];
        var ports = Enumerable.Range(0, Nodes + 1).Select(_ => LoopbackPort.Free()).ToArray();
        Configuration = Path.Combine(_folder.Path, "slurm.conf");
        File.WriteAllText(Configuration, $"""
            ClusterName=pacsnm
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser=root
            SlurmdUser=root
            StateSaveLocation={_folder.Path}/state
            SlurmdSpoolDir={_folder.Path}/spool.%n
            SlurmctldPidFile={_folder.Path}/ctld.pid
            SlurmdPidFile={_folder.Path}/d.%n.pid
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            ReturnToService=2
            MpiDefault=none
            SwitchType=switch/none
            AuthType=auth/munge
            AuthInfo=socket={_folder.Path}/munge.socket
            SlurmctldPort={ports[Nodes]}
            {string.Join('\n', Enumerable.Range(1, Nodes).Select(node =>
                $"NodeName=n{node} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[node - 1]} CPUs=1 State=UNKNOWN"))}
            PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """);
        foreach (var folder in new[] { "state" }.Concat(Enumerable.Range(1, Nodes).Select(node => $"spool.n{node}")))
            Directory.CreateDirectory(Path.Combine(_folder.Path, folder));
        StartMunge();
        Start("slurmctld", "-D");
        for (var node = 1; node <= Nodes; node++)
            Start("slurmd", "-D", "-N", $"n{node}");
        Wait.Until("all nodes are idle", () => Run("sinfo", "-h", "-t", "idle", "-o", "%D").Trim() == $"{Nodes}");
    }

    /// <summary>The path of slurm.conf.</summary>
    public string Configuration { get; }

    /// <summary>Runs a program of Slurm and returns what it printed.</summary>
    public string Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(Require.Tool(tool), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Wait.Limit))
            throw new TimeoutException($"{tool} did not end.");
        return output + error.Result;
    }

    /// <summary>Submits an array and returns its number.</summary>
    public string Submit(params string[] arguments) => Run("sbatch", ["--parsable", .. arguments]).Trim();

    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Authentication between the daemons, with a key of its own.</summary>
    private void StartMunge()
    {
        var key = Path.Combine(_folder.Path, "munge.key");
        File.WriteAllBytes(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Start(
            "munged", "--foreground", "--force", $"--key-file={key}", $"--socket={_folder.Path}/munge.socket",
            $"--pid-file={_folder.Path}/munge.pid", $"--log-file={_folder.Path}/munge.log", $"--seed-file={_folder.Path}/munge.seed");
        Wait.Until("munge listens", () => File.Exists(Path.Combine(_folder.Path, "munge.socket")));
    }

    private void Start(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(Require.Tool(tool), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _daemons.Add(process);
    }
}
