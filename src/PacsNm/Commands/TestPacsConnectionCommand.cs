using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Completion;
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
    /// <summary>One storage class, to see whether the PACS lets us be its SCP, as C-GET needs.</summary>
    private const string NuclearMedicineImageStorage = "1.2.840.10008.5.1.4.1.1.20";

    private static readonly (string Uid, string Name)[] Services =
    [
        (InformationModels.Verification, "C-ECHO"),
        (InformationModel.StudyRoot.FindSopClass(), "C-FIND StudyRoot"),
        (InformationModel.StudyRoot.GetSopClass(), "C-GET StudyRoot"),
        (InformationModel.StudyRoot.MoveSopClass(), "C-MOVE StudyRoot"),
        (InformationModel.PatientRoot.FindSopClass(), "C-FIND PatientRoot"),
        (InformationModel.PatientRoot.GetSopClass(), "C-GET PatientRoot"),
        (InformationModel.PatientRoot.MoveSopClass(), "C-MOVE PatientRoot"),
        (NuclearMedicineImageStorage, "C-GET of NM images"),
    ];

    /// <summary>The PACS: a saved name, an object, or AETITLE@host:port. -ComputerName, -Port and the like change parts of it.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>Finds out by a few small queries what the PACS does; -Verbose tells each.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Gives true or false, and no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ResolveServer() is not { } server)
            return;
        var (result, failure) = Await(TestAsync(server));
        if (Quiet)
        {
            WriteObject(result.Succeeded);
            return;
        }

        if (Detailed && failure is null)
            (result, failure) = Probe(server, result);
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
            var stream = await Connection.ConnectAsync(server, StopToken).ConfigureAwait(false);
            result = result with { TcpMilliseconds = Restart(clock) };

            var request = Connection.Request(server, Services.Select(service => service.Uid)) with
            {
                UserInformation = new UserInformation
                {
                    RoleSelections = [new RoleSelection(NuclearMedicineImageStorage, Scu: true, Scp: true)],
                },
            };
            using var association = await Association
                .RequestAsync(stream, request, server.Timeouts, StopToken)
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
                Details = Detailed
                    ? new PacsConnectionDetails { PresentationContexts = [.. Describe(association)] }
                    : null,
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

    /// <summary>Asks the queries of -Detailed; what they say while they run is told by the pipeline thread.</summary>
    private (PacsConnectionResult Result, DicomNetworkException? Failure) Probe(PacsServer server, PacsConnectionResult result)
    {
        using var probe = new PacsProbe(server, () => DateTime.Today);
        using var lines = new BlockingCollection<string>();
        var work = Task.Run(async () =>
        {
            try
            {
                var details = await probe.AskAsync(lines.Add, StopToken).ConfigureAwait(false);
                await probe.CloseAsync(StopToken).ConfigureAwait(false);
                return details;
            }
            finally
            {
                lines.CompleteAdding();
            }
        });
        foreach (var line in lines.GetConsumingEnumerable())
            WriteVerbose(line);
        try
        {
            var details = Await(work);
            return (result with { Details = details with { PresentationContexts = result.Details!.PresentationContexts } }, null);
        }
        catch (DicomNetworkException exception)
        {
            return (result with { Reason = exception.Message }, exception);
        }
    }

    private static PacsContextAnswer[] Describe(Association association) =>
        [.. association.Request.PresentationContexts.Select(offered => Describe(association, offered))];

    private static PacsContextAnswer Describe(Association association, PresentationContext offered)
    {
        var answer = association.Accept.PresentationContexts.FirstOrDefault(result => result.Id == offered.Id);
        var accepted = association.Contexts.FirstOrDefault(context => context.Id == offered.Id);
        bool? role = offered.AbstractSyntax != NuclearMedicineImageStorage
            ? null
            : association.Accept.UserInformation.RoleSelections
                .Any(selection => selection.SopClassUid == offered.AbstractSyntax && selection.Scp);
        return new PacsContextAnswer(
            Services.First(service => service.Uid == offered.AbstractSyntax).Name,
            offered.AbstractSyntax,
            answer?.Result.ToString() ?? "not answered",
            accepted?.TransferSyntax.Name ?? "",
            role);
    }

    private static double Restart(Stopwatch clock)
    {
        var milliseconds = Math.Round(clock.Elapsed.TotalMilliseconds, 2);
        clock.Restart();
        return milliseconds;
    }
}
