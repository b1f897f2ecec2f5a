using System.Diagnostics;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>Tests a PACS in steps: host name, TCP, TLS, association, C-ECHO (PS3.4 annex A), and on request a few small queries.</summary>
/// <param name="server">The PACS.</param>
/// <param name="isDetailed">Whether to send the queries.</param>
/// <param name="tell">Called with one line before each query, on any thread.</param>
internal sealed class ConnectionTest(PacsServer server, bool isDetailed, Action<string> tell)
{
    /// <summary>One storage class shows whether the PACS accepts us as its SCP, as C-GET requires.</summary>
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

    /// <summary>The result so far. It remains valid after the test is cancelled.</summary>
    public PacsConnectionResult Result { get; private set; } = new() { Server = server };

    /// <summary>Why the test ended early; null if it did not.</summary>
    public DicomNetworkException? Failure { get; private set; }

    /// <summary>Runs the test. A failure of the PACS is not thrown; see <see cref="Failure"/>.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
            if (isDetailed)
                await ProbeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            Failure = exception;
            Result = Result with { Reason = exception.Message };
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var stream = await Connection
            .ConnectAsync(server, cancellationToken, phase => Record(phase, Restart(clock)))
            .ConfigureAwait(false);
        var acknowledgesQuickly = stream.AcknowledgesQuickly;

        var request = Connection.Request(server, Services.Select(service => service.Uid)) with
        {
            UserInformation = new UserInformation
            {
                RoleSelections = [new RoleSelection(NuclearMedicineImageStorage, Scu: true, Scp: true)],
            },
        };
        using var association = await Association
            .RequestAsync(stream, request, server.Timeouts, cancellationToken)
            .ConfigureAwait(false);
        Result = Result with
        {
            AssociationMilliseconds = Restart(clock),
            AcceptedServices = [.. Services
                .Where(service => association.Contexts.Any(context => context.AbstractSyntax == service.Uid))
                .Select(service => service.Name)],
            MaximumPduLength = association.Peer.MaximumLength,
            ImplementationClassUid = association.Peer.ImplementationClassUid,
            ImplementationVersionName = association.Peer.ImplementationVersionName ?? "",
            Details = isDetailed
                ? new PacsConnectionDetails
                {
                    PresentationContexts = [.. Describe(association)],
                    QuickAcknowledgement = acknowledgesQuickly,
                }
                : null,
        };

        await VerificationScu.EchoAsync(association, cancellationToken).ConfigureAwait(false);
        Result = Result with { EchoMilliseconds = Restart(clock) };
        await association.ReleaseAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Record(NetworkPhase phase, double milliseconds) => Result = phase switch
    {
        NetworkPhase.NameResolution => Result with { NameResolutionMilliseconds = milliseconds },
        NetworkPhase.Connect => Result with { TcpMilliseconds = milliseconds },
        _ => Result with { TlsMilliseconds = milliseconds },
    };

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var probe = new PacsProbe(server, () => DateTime.Today);
        var details = await probe.AskAsync(tell, cancellationToken).ConfigureAwait(false);
        var before = Result.Details!;
        Result = Result with
        {
            Details = details with
            {
                PresentationContexts = before.PresentationContexts,
                QuickAcknowledgement = before.QuickAcknowledgement,
            },
        };
        probe.Close();
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
