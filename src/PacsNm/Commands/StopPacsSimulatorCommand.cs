using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>Stops practice PACS that Start-PacsSimulator started: the one given, or all of this session.</summary>
[Cmdlet(VerbsLifecycle.Stop, "PacsSimulator", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
public sealed class StopPacsSimulatorCommand : PSCmdlet
{
    /// <summary>What Start-PacsSimulator gave.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsServer? Server { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ShouldProcess(Server?.ToString() ?? "all practice PACS", "Stop"))
            RunningSimulators.Stop(Server);
    }
}
