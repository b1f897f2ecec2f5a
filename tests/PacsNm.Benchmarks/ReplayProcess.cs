using System.Diagnostics;
using System.Globalization;

namespace PacsNm.Benchmarks;

/// <summary>A replaying server in a process of its own, as other servers are: it shares nothing with what is measured.</summary>
internal sealed class ReplayProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="arguments">What <see cref="Serve"/> is told.</param>
    public ReplayProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ReplayProcess).Assembly.Location, "serve", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    /// <summary>The server's side: it says its port, and serves until its input ends.</summary>
    /// <param name="count">Studies to answer C-FIND with; null for the archive of workloads.</param>
    public static void Serve(string? count)
    {
        using IDisposable server = count is null ? new ReplayArchive() : new ReplayServer(int.Parse(count, CultureInfo.InvariantCulture));
        Console.WriteLine((server as ReplayArchive)?.Port ?? ((ReplayServer)server).Port);
        Console.In.ReadToEnd();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
