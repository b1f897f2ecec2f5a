using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PacsNm.Simulator;

namespace PacsNm;

/// <summary>
/// The practice PACS of this process. Each ends when the runspace that started it removes the module, or when the process ends. Another
/// runspace that removes the module does not end it.
/// </summary>
public sealed class RunningSimulators : IModuleAssemblyCleanup
{
    // Static, because the engine creates the cmdlets and this object, and they have no other shared state.
    private static readonly ConcurrentDictionary<int, (SimulatedPacs Pacs, PacsServer Server, Guid Runspace)> Running = [];

    private static Guid ThisRunspace => Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => Stop(null);

    /// <summary>Adds a practice PACS that was started.</summary>
    /// <returns>The server object to connect to it.</returns>
    internal static PacsServer Add(SimulatedPacs pacs, SimulatedPacsOptions options)
    {
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

    /// <summary>All practice PACS of this process.</summary>
    internal static IEnumerable<PacsServer> All => Running.Values.Select(running => running.Server);

    /// <summary>Stops the practice PACS of a server; for null, all that this runspace started.</summary>
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
