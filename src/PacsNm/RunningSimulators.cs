using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PacsNm.Simulator;

namespace PacsNm;

/// <summary>
/// The practice PACS of this process. One ends with the module in the runspace that started it, or with the process: a
/// runspace beside it that removes the module takes nobody else's away.
/// </summary>
public sealed class RunningSimulators : IModuleAssemblyCleanup
{
    // The engine makes the cmdlets and this object: what they share can be nowhere else.
    private static readonly ConcurrentDictionary<int, (SimulatedPacs Pacs, PacsServer Server, Guid Runspace)> Running = [];

    private static Guid ThisRunspace => Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => Stop(null);

    /// <summary>Starts one.</summary>
    internal static PacsServer Start(SimulatedPacsOptions options)
    {
        var pacs = SimulatedPacs.Start(options);
        var server = new PacsServer
        {
            ComputerName = "127.0.0.1",
            Port = pacs.Port,
            CalledAETitle = options.AETitle,
            UseTls = options.UseTls,
            SkipCertificateCheck = options.UseTls,
        };
        Running[pacs.Port] = (pacs, server, ThisRunspace);
        return server;
    }

    /// <summary>All of this process.</summary>
    internal static IEnumerable<PacsServer> All => Running.Values.Select(running => running.Server);

    /// <summary>Stops the one of a server; for null all that this runspace started.</summary>
    internal static void Stop(PacsServer? server)
    {
        foreach (var (port, runspace) in Running.Select(running => (running.Key, running.Value.Runspace)))
        {
            var isMeant = server is null ? runspace == ThisRunspace : server.Port == port;
            if (isMeant && Running.TryRemove(port, out var stopped))
                stopped.Pacs.Dispose();
        }
    }
}
