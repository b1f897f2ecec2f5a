using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Queries;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Tests a PACS step by step: TCP, association, C-ECHO (PS3.4 annex A); and whether getscu is here.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PacsConnection")]
[OutputType(typeof(PacsConnectionResult), typeof(bool))]
public sealed class TestPacsConnectionCommand : PacsServerCommand
{
    private static readonly (string Uid, string Name)[] Services =
    [
        (InformationModels.Verification, "C-ECHO"),
        (InformationModel.StudyRoot.FindSopClass(), "C-FIND StudyRoot"),
        (InformationModel.StudyRoot.GetSopClass(), "C-GET StudyRoot"),
        (InformationModel.StudyRoot.MoveSopClass(), "C-MOVE StudyRoot"),
        (InformationModel.PatientRoot.FindSopClass(), "C-FIND PatientRoot"),
        (InformationModel.PatientRoot.GetSopClass(), "C-GET PatientRoot"),
        (InformationModel.PatientRoot.MoveSopClass(), "C-MOVE PatientRoot"),
    ];

    /// <summary>The PACS, as an object or as AETITLE@host:port. The parameters below change single parts of it.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public override PacsServer? Server { get; set; }

    /// <summary>Gives true or false, and no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var server = ResolveServer();
        var (result, failure) = Await(TestAsync(server));
        if (Quiet)
        {
            WriteObject(result.Succeeded);
            return;
        }

        var getScu = DcmtkTool.Find("getscu");
        WriteObject(result with
        {
            GetScuPath = getScu ?? "",
            GetScuVersion = getScu is null ? "" : Await(DcmtkTool.VersionAsync(getScu, StopToken)),
        });
        if (failure is not null)
            WriteError(ErrorRecords.ForNetwork(failure, server, server));
    }

    private async Task<(PacsConnectionResult Result, DicomNetworkException? Failure)> TestAsync(PacsServer server)
    {
        var result = new PacsConnectionResult { Server = server };
        var clock = Stopwatch.StartNew();
        try
        {
            var socket = await TcpConnector
                .ConnectAsync(server.ComputerName, server.Port, server.Timeouts.Connect, StopToken)
                .ConfigureAwait(false);
            result = result with { TcpMilliseconds = Restart(clock) };

            var request = Connection.Request(server, Services.Select(service => service.Uid));
            using var association = await Association
                .RequestAsync(socket.ToPduStream(), request, server.Timeouts, StopToken)
                .ConfigureAwait(false);
            result = result with
            {
                AssociationMilliseconds = Restart(clock),
                AcceptedServices = [.. Services
                    .Where(service => association.Contexts.Any(context => context.AbstractSyntax == service.Uid))
                    .Select(service => service.Name)],
                MaximumPduLength = association.Peer.MaximumLength,
                ImplementationClassUid = association.Peer.ImplementationClassUid,
                ImplementationVersionName = association.Peer.ImplementationVersionName ?? "",
            };

            await VerificationScu.EchoAsync(association, StopToken).ConfigureAwait(false);
            result = result with { EchoMilliseconds = Restart(clock) };
            await association.ReleaseAsync(StopToken).ConfigureAwait(false);
            return (result, null);
        }
        catch (DicomNetworkException exception)
        {
            return (result with { Reason = exception.Message }, exception);
        }
    }

    private static double Restart(Stopwatch clock)
    {
        var milliseconds = Math.Round(clock.Elapsed.TotalMilliseconds, 2);
        clock.Restart();
        return milliseconds;
    }
}
