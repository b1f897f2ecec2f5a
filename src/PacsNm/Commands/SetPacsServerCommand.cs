using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>
/// Saves a server under a name, or changes a saved server. No secret is saved: of your client certificate only the thumbprint or the path
/// is saved, and no password.
/// </summary>
[Cmdlet(VerbsCommon.Set, "PacsServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsServer))]
public sealed class SetPacsServerCommand : ServerParameterCommand
{
    /// <summary>The name of the saved server. It is not case-sensitive.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(SavedServerCompleter))]
    public string Name { get; set; } = "";

    /// <summary>
    /// A server to copy: an object, AETITLE@host:port, or another saved name. The other parameters change parts of the copy.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>The retriever to use for this server.</summary>
    [Parameter]
    public Retriever Retriever { get; set; }

    /// <summary>The port of this computer that the PACS knows by our AE title, for movescu; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int LocalPort { get; set; }

    /// <summary>The most matches that the PACS sends; 0 if the number is not known.</summary>
    [Parameter]
    [Alias("AnswerCap")]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumMatches { get; set; }

    /// <summary>
    /// The hours in which studies may be retrieved from the server, such as '19:00-06:00','Sat-Sun' or 'Mon-Fri 18:30-07:00', in local
    /// time; an empty text for always. Every cmdlet that retrieves obeys them.
    /// </summary>
    [Parameter]
    [AllowEmptyString]
    public string[] ActiveHours { get; set; } = [];

    /// <summary>
    /// The most associations with the server that a call uses to retrieve; 0 for no limit. A larger -ThrottleLimit is lowered to it.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 16)]
    public int MaxAssociations { get; set; }

    /// <summary>
    /// The rate at which the server may send to a call, in bytes per second; 0 for no limit. A larger rate of a call is lowered to it.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long MaxBytesPerSecond { get; set; }

    /// <summary>Makes the server the default, which is used without -Server.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <summary>Returns the saved server.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!PacsServer.IsName(Name))
            ThrowTerminatingError(ErrorRecords.InvalidServerName(Name));
        if (Jobs.ActiveHours.FindProblem(HoursText) is { } problem)
            ThrowTerminatingError(ErrorRecords.InvalidActiveHours(HoursText, problem));
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
        ActiveHours = Given(nameof(ActiveHours), HoursText, server.ActiveHours),
        MaxAssociations = Given(nameof(MaxAssociations), MaxAssociations, server.MaxAssociations),
        MaxBytesPerSecond = Given(nameof(MaxBytesPerSecond), MaxBytesPerSecond, server.MaxBytesPerSecond),
    };

    private string HoursText => string.Join("; ", ActiveHours.Select(text => text.Trim()).Where(text => text.Length > 0));
}
