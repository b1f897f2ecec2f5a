using System.Net;
using System.Net.Sockets;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>A peer that answers one C-GET by a script: what no real server does.</summary>
internal sealed class GetPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public GetPeer(Func<Association, Socket, DimseMessage, Task> script)
    {
        _listener.Start();
        Script = Task.Run(async () =>
        {
            var socket = await _listener.AcceptSocketAsync();
            QuickAcknowledgement.Prepare(socket);
            using var association = await Association.AcceptAsync(socket.ToPduStream(), Accept, new NetworkTimeouts(), default);
            await script(association, socket, (await association.ReceiveAsync(default))!);
            while (await association.ReceiveAsync(default) is not null)
            {
            }
        });
    }

    /// <summary>The script, to its end.</summary>
    public Task Script { get; }

    /// <summary>Retrieves from it.</summary>
    public async Task GetAsync(IInstanceReceiver receiver, RetrieveObserver observer, CancellationToken cancellationToken)
    {
        var socket = await TcpConnector.ConnectAsync("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, TimeSpan.FromSeconds(5), default);
        var contexts = StorageContexts.Plan(InformationModel.StudyRoot.GetSopClass(), [Instance.SopClass])[0];
        var request = new AssociateRequest
        {
            CalledAETitle = "PEER",
            CallingAETitle = "TEST",
            PresentationContexts = contexts,
            UserInformation = new UserInformation { RoleSelections = StorageContexts.Roles(contexts) },
        };
        using var association = await Association.RequestAsync(socket.ToPduStream(), request, new NetworkTimeouts(), default);
        var identifier = new Dataset();
        identifier.Set(Tags.QueryRetrieveLevel, "STUDY");
        await new GetOperation(association, receiver, observer, () => TimeSpan.FromSeconds(10), null)
            .RunAsync(InformationModel.StudyRoot, identifier, cancellationToken);
        await association.ReleaseAsync(default);
    }

    public void Dispose() => _listener.Dispose();

    private static AssociateAccept Accept(AssociateRequest request) => new()
    {
        CalledAETitle = request.CalledAETitle,
        CallingAETitle = request.CallingAETitle,
        PresentationContexts = [.. request.PresentationContexts.Select(context =>
            new PresentationContextResult(context.Id, PresentationContextAnswer.Acceptance, context.TransferSyntaxes[0]))],
        UserInformation = new UserInformation { RoleSelections = request.UserInformation.RoleSelections },
    };
}

/// <summary>What such a peer sends.</summary>
internal static class Instance
{
    public const string SopClass = "1.2.840.10008.5.1.4.1.1.20";

    /// <summary>A C-STORE request.</summary>
    public static CommandSet Store(ushort messageId, string uid) => new()
    {
        Field = CommandField.StoreRequest,
        MessageId = messageId,
        SopClassUid = SopClass,
        SopInstanceUid = uid,
        Priority = 0,
        HasDataSet = true,
    };

    /// <summary>A final C-GET response.</summary>
    public static CommandSet End(DimseMessage request, DimseStatus status) => new()
    {
        Field = CommandField.GetResponse,
        MessageId = request.Command.MessageId,
        SopClassUid = request.Command.SopClassUid,
        Status = status,
    };
}

/// <summary>Counts what comes.</summary>
internal sealed class CountingReceiver : IInstanceReceiver
{
    public int Begun { get; private set; }

    public int Ended { get; private set; }

    public int Abandoned { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Called on each fragment.</summary>
    public Action? OnWrite { get; init; }

    public void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax) => Begun++;

    public void Write(ReadOnlySpan<byte> fragment)
    {
        OnWrite?.Invoke();
        Bytes += fragment.Length;
    }

    public void End() => Ended++;

    public void Abandon() => Abandoned++;
}
