using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>Lists the servers that are saved, or says which one is taken where none is named.</summary>
[Cmdlet(VerbsCommon.Get, "PacsServer")]
[OutputType(typeof(PacsServer))]
public sealed class GetPacsServerCommand : PSCmdlet
{
    /// <summary>Names of saved servers; * and ? stand for any characters. All of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SavedServerCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The one that is taken where none is named: PACSNM_SERVER, the saved default, or the built-in default.</summary>
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
