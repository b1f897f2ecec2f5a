using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>
/// Saves a server under a name, or changes one that is saved. Nothing secret is saved: of our own certificate only its thumbprint or
/// path, and no password.
/// </summary>
[Cmdlet(VerbsCommon.Set, "PacsServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsServer))]
public sealed class SetPacsServerCommand : ServerParameterCommand
{
    /// <summary>The name to save under; upper and lower case are the same.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(SavedServerCompleter))]
    public string Name { get; set; } = "";

    /// <summary>
    /// A server to take all from: an object, AETITLE@host:port, or another saved name. What else is given changes parts of it.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>What retrieves from it.</summary>
    [Parameter]
    public Retriever Retriever { get; set; }

    /// <summary>The port of this machine that the PACS knows by our AE title, for movescu; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int LocalPort { get; set; }

    /// <summary>How many matches the PACS sends at most, where that is known; 0 if it is not.</summary>
    [Parameter]
    [Alias("AnswerCap")]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumMatches { get; set; }

    /// <summary>Takes it from now on where no server is named.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <summary>Gives the server as it is saved.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!PacsServer.IsName(Name))
            ThrowTerminatingError(ErrorRecords.InvalidServerName(Name));
        try
        {
            var saved = ServerFile.Read();
            var known = saved.Find(Name);
            if (Server is null && known is null && (ComputerName is null || CalledAETitle is null))
            {
                ThrowTerminatingError(ErrorRecords.ServerNotFound(
                    Name, $"No server is saved under '{Name}'. To save a new one, give -ComputerName and -CalledAETitle, or -Server."));
            }

            if (Change(Server ?? known ?? PacsServer.Default) is not { } server)
                return;
            if (!ShouldProcess(ServerFile.Path, $"Save {server} as '{Name}'{(Default ? ", the default" : "")}"))
                return;
            saved.Set(server);
            if (Default)
                saved.Default = Name;
            ServerFile.Write(saved);
            if (PassThru)
                WriteObject(saved.Find(Name));
        }
        catch (ServerFileException exception)
        {
            ThrowTerminatingError(ErrorRecords.ForServers(exception, Name));
        }
    }

    private PacsServer? Change(PacsServer server) => ApplyParts(server) is not { } changed ? null : changed with
    {
        Name = Name,
        Retriever = Given(nameof(Retriever), Retriever, server.Retriever),
        LocalPort = Given(nameof(LocalPort), LocalPort == 0 ? null : LocalPort, server.LocalPort),
        MaximumMatches = Given(nameof(MaximumMatches), MaximumMatches == 0 ? null : MaximumMatches, server.MaximumMatches),
    };
}
