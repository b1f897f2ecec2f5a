using System.Diagnostics;
using System.Globalization;

namespace PacsNm.Benchmarks;

/// <summary>
/// This program as a server in a process of its own, as other servers are: it shares nothing with what is measured.
/// </summary>
internal abstract class ServingProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="arguments">The command that serves, and its arguments.</param>
    protected ServingProcess(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServingProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The server's side: it says its port, and serves until its input ends.</summary>
    protected static void Serve(int port)
    {
        Console.WriteLine(port);
        Console.In.ReadToEnd();
    }
}
