using System.Management.Automation;
using System.Net.Sockets;

namespace PacsNm.Commands;

/// <summary>
/// Starts a practice PACS on 127.0.0.1 with a few synthetic studies. It runs until Stop-PacsSimulator, or the end of
/// the process.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "PacsSimulator", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsServer))]
public sealed class StartPacsSimulatorCommand : PSCmdlet
{
    /// <summary>The port on 127.0.0.1; a free one by default.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>The AE title that it answers to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string AETitle { get; set; } = "PRACTICE";

    /// <summary>Speaks TLS, with a certificate that it makes itself and that is not checked.</summary>
    [Parameter]
    public SwitchParameter UseTls { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Dicom.Network.AETitle.IsValid(AETitle))
            ThrowTerminatingError(ErrorRecords.InvalidAETitle(nameof(AETitle), AETitle));
        if (!ShouldProcess($"127.0.0.1:{Port}", "Start a practice PACS"))
            return;
        try
        {
            WriteObject(RunningSimulators.Start(AETitle, Port, UseTls));
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(ErrorRecords.PortUnusable(Port, exception, "Leave -Port out for a free port, or name another one."));
        }
    }
}
