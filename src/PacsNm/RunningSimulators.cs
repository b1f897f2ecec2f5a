using System.Collections.Concurrent;
using System.Management.Automation;
using PacsNm.Simulator;

namespace PacsNm;

/// <summary>The practice PACS of this process. They end with the module or the process.</summary>
public sealed class RunningSimulators : IModuleAssemblyCleanup
{
    // The engine makes the cmdlets and this object: what they share can be nowhere else.
    private static readonly ConcurrentDictionary<int, SimulatedPacs> Running = [];

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => Stop(null);

    internal static PacsServer Start(string aeTitle, int port, bool useTls)
    {
        var pacs = SimulatedPacs.Start(aeTitle, port, DateTime.Today, useTls);
        Running[pacs.Port] = pacs;
        return new PacsServer
        {
            ComputerName = "127.0.0.1",
            Port = pacs.Port,
            CalledAETitle = aeTitle,
            UseTls = useTls,
            SkipCertificateCheck = useTls,
        };
    }

    /// <summary>Stops the one of a server; all for null.</summary>
    internal static void Stop(PacsServer? server)
    {
        foreach (var port in Running.Keys)
        {
            if ((server is null || server.Port == port) && Running.TryRemove(port, out var pacs))
                pacs.Dispose();
        }
    }
}
