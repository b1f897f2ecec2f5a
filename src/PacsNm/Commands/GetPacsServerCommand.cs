using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>Lists the saved servers, or shows the server that is used by default.</summary>
[Cmdlet(VerbsCommon.Get, "PacsServer")]
[OutputType(typeof(PacsServer))]
public sealed class GetPacsServerCommand : PSCmdlet
{
    /// <summary>Names of saved servers; * and ? are wildcards. By default all are listed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SavedServerCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Shows the server that is used without -Server: PACSNM_SERVER, the saved default, or the built-in default.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            if (Default)
            {
                WriteObject(SavedServers.FindDefault());
                return;
            }

            var saved = ServerFile.Read();
            WriteObject(Name.SelectMany(name => this.Match(saved, name)), enumerateCollection: true);
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.ForServers(exception, SavedServers.Variable));
        }
    }
}
