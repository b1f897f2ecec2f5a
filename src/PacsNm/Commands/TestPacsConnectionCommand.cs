using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Queries;
using PacsNm.Retrievers;

namespace PacsNm.Commands;

/// <summary>Tests a PACS step by step: TCP, association and C-ECHO (PS3.4 annex A). It also looks for getscu.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PacsConnection")]
[OutputType(typeof(PacsConnectionResult), typeof(bool))]
public sealed class TestPacsConnectionCommand : PacsServerCommand
{
    /// <summary>The PACS: a saved name, an object, or AETITLE@host:port. -ComputerName, -Port and others change parts of it.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>Sends a few small queries to find out how the PACS behaves; -Verbose shows each of them.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Returns only true or false and writes no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ResolveServer() is not { } server)
            return;
        var test = Await<ConnectionTest>(async tell =>
        {
            var run = new ConnectionTest(server, Detailed && !Quiet, tell);
            await run.RunAsync(StopToken).ConfigureAwait(false);
            return run;
        });
        if (Quiet)
        {
            WriteObject(test.Result.Succeeded);
            return;
        }

        var getScu = DcmtkTool.Find("getscu");
        WriteObject(test.Result with
        {
            GetScuPath = getScu ?? "",
            GetScuVersion = getScu is null ? "" : Await(DcmtkTool.VersionAsync(getScu, StopToken)),
        });
        if (test.Failure is not null)
            WriteError(ErrorRecords.ForNetwork(test.Failure, server, server));
    }
}
