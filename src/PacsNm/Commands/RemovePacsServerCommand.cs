using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>Removes saved servers. If the default is among them, the built-in default is used until you set another one.</summary>
[Cmdlet(VerbsCommon.Remove, "PacsServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemovePacsServerCommand : PSCmdlet
{
    /// <summary>Names of saved servers; * and ? are wildcards.</summary>
    [SupportsWildcards]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SavedServerCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var saved = ServerFile.Read();
            var named = Name.SelectMany(name => this.Match(saved, name)).GroupBy(server => server.Name).Select(same => same.First());
            foreach (var server in named)
            {
                if (!ShouldProcess(ServerFile.Path, $"Forget '{server.Name}', {server}"))
                    continue;
                saved.Remove(server.Name);
                if (server.IsDefault)
                    saved.Default = null;
                ServerFile.Write(saved);
            }
        }
        catch (ServerFileException exception)
        {
            ThrowTerminatingError(ErrorRecords.ForServers(exception, string.Join(", ", Name)));
        }
    }
}
