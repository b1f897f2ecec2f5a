using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Simulator;

/// <summary>A practice PACS on the loopback address: C-ECHO, C-FIND and C-GET over synthetic studies.</summary>
public sealed class SimulatedPacs : IDisposable
{
    private static readonly HashSet<string> QueryClasses =
        [InformationModel.StudyRoot.FindSopClass(), InformationModel.PatientRoot.FindSopClass()];

    private static readonly HashSet<string> RetrieveClasses =
        [InformationModel.StudyRoot.GetSopClass(), InformationModel.PatientRoot.GetSopClass()];

    private readonly TcpListener _listener;
    private readonly SyntheticArchive _archive;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Association, bool> _associations = [];

    private readonly X509Certificate2? _certificate;

    private SimulatedPacs(TcpListener listener, string aeTitle, SyntheticArchive archive, X509Certificate2? certificate)
    {
        _listener = listener;
        _certificate = certificate;
        AETitle = aeTitle;
        _archive = archive;
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Its AE title.</summary>
    public string AETitle { get; }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="aeTitle">Its AE title; requests for another one are rejected.</param>
    /// <param name="port">The port on 127.0.0.1; 0 for a free one.</param>
    /// <param name="today">The day that its recent studies are near to.</param>
    /// <param name="useTls">Whether it speaks TLS, with a certificate that it made itself.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static SimulatedPacs Start(string aeTitle, int port, DateTime today, bool useTls)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        var pacs = new SimulatedPacs(listener, aeTitle, SyntheticArchive.Create(today), useTls ? SelfSignedCertificate.Create() : null);
        _ = pacs.AcceptAllAsync();
        return pacs;
    }

    /// <summary>Ends all associations and closes the port.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Stop();
        _certificate?.Dispose();
        foreach (var association in _associations.Keys)
            association.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                QuickAcknowledgement.Prepare(socket);
                _ = ServeAsync(socket);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The listener was stopped, or the peer went away before it was taken.
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            var stream = _certificate is null
                ? socket.ToPduStream()
                : await socket.ToPduStreamAsync(_certificate).ConfigureAwait(false);
            using var association = await Association
                .AcceptAsync(stream, Decide, new NetworkTimeouts(), _stopping.Token)
                .ConfigureAwait(false);
            _associations[association] = true;
            try
            {
                while (await association.ReceiveAsync(Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(false) is { } message)
                    await AnswerAsync(association, message).ConfigureAwait(false);
            }
            finally
            {
                _associations.TryRemove(association, out _);
            }
        }
        catch (Exception exception) when (exception is DicomNetworkException or DicomDataException
            or OperationCanceledException or IOException or AuthenticationException)
        {
            // The peer broke the association or went away: the association is over, the PACS is not.
        }
    }

    private Task AnswerAsync(Association association, DimseMessage message)
    {
        var sopClass = association.Contexts.First(context => context.Id == message.ContextId).AbstractSyntax;
        return message.Command.Field switch
        {
            CommandField.EchoRequest => RespondAsync(association, message, CommandField.EchoResponse, DimseStatus.Success),
            CommandField.FindRequest when QueryClasses.Contains(sopClass) =>
                QueryScp.AnswerAsync(association, message, _archive, _stopping.Token),
            CommandField.GetRequest when RetrieveClasses.Contains(sopClass) =>
                new RetrieveScp(association, _archive).AnswerAsync(message, _stopping.Token),

            // It came when its operation had ended.
            CommandField.CancelRequest => Task.CompletedTask,
            _ => RespondAsync(
                association,
                message,
                (CommandField)((ushort)message.Command.Field | 0x8000),
                DimseStatus.SopClassNotSupported),
        };
    }

    private Task RespondAsync(Association association, DimseMessage message, CommandField field, DimseStatus status) =>
        association.SendAsync(
            message.ContextId,
            new CommandSet
            {
                Field = field,
                MessageId = message.Command.MessageId,
                SopClassUid = message.Command.SopClassUid,
                Status = status,
            },
            default,
            _stopping.Token);

    private AssociateAccept Decide(AssociateRequest request)
    {
        if ((request.ProtocolVersion & 1) == 0)
            throw new AssociationRejectedException(AssociateReject.ProtocolVersionNotSupported);
        if (request.ApplicationContext != AssociateRequest.DicomApplicationContext)
            throw new AssociationRejectedException(AssociateReject.ApplicationContextNotSupported);
        if (request.CalledAETitle != AETitle)
            throw new AssociationRejectedException(AssociateReject.CalledAETitleNotRecognized);
        return new AssociateAccept
        {
            CalledAETitle = request.CalledAETitle,
            CallingAETitle = request.CallingAETitle,
            PresentationContexts = [.. request.PresentationContexts.Select(Answer)],
            UserInformation = new UserInformation
            {
                RoleSelections = [.. request.UserInformation.RoleSelections
                    .Where(role => _archive.SopClasses.Contains(role.SopClassUid))],
            },
        };
    }

    private PresentationContextResult Answer(PresentationContext context)
    {
        var isKnown = context.AbstractSyntax == InformationModels.Verification
            || QueryClasses.Contains(context.AbstractSyntax)
            || RetrieveClasses.Contains(context.AbstractSyntax)
            || _archive.SopClasses.Contains(context.AbstractSyntax);
        if (!isKnown)
            return new(context.Id, PresentationContextAnswer.AbstractSyntaxNotSupported, TransferSyntax.ImplicitVRLittleEndian.Uid);
        string[] preferred = [TransferSyntax.ExplicitVRLittleEndian.Uid, TransferSyntax.ImplicitVRLittleEndian.Uid];
        return preferred.FirstOrDefault(context.TransferSyntaxes.Contains) is { } chosen
            ? new(context.Id, PresentationContextAnswer.Acceptance, chosen)
            : new(context.Id, PresentationContextAnswer.TransferSyntaxesNotSupported, TransferSyntax.ImplicitVRLittleEndian.Uid);
    }
}
