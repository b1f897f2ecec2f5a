using System.Management.Automation;
using PacsNm.Completion;

namespace PacsNm.Commands;

/// <summary>Stops a practice PACS that Start-PacsSimulator started, or all practice PACS of this session.</summary>
[Cmdlet(VerbsLifecycle.Stop, "PacsSimulator", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
public sealed class StopPacsSimulatorCommand : PSCmdlet
{
    /// <summary>The practice PACS: the object that Start-PacsSimulator returned, or AETITLE@host:port.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    [ServerArgument]
    [ArgumentCompleter(typeof(SimulatorCompleter))]
    public PacsServer? Server { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Server is null && MyInvocation.BoundParameters.ContainsKey(nameof(Server)))
            WriteError(ErrorRecords.ServerEmpty);
        else if (Server?.Problem is { } problem)
            WriteError(ErrorRecords.ForServers(problem, Server.Name));
        else if (ShouldProcess(Server?.ToString() ?? "all practice PACS", "Stop"))
            RunningSimulators.Stop(Server);
    }
}
