using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>A peer that answers one C-GET by a script: what no real server does.</summary>
internal sealed class GetPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <param name="script">What it says once it has been asked; the stream is for what an association does not say.</param>
    /// <param name="certificate">Its certificate, to speak TLS; null for none.</param>
    public GetPeer(Func<Association, Stream, DimseMessage, Task> script, X509Certificate2? certificate = null)
    {
        _listener.Start();
        Script = Task.Run(async () =>
        {
            var socket = await _listener.AcceptSocketAsync();
            var stream = Stream.Null;
            var pdus = await socket.ToPduStreamAsync(certificate, TimeSpan.FromSeconds(5), wrapped => stream = wrapped, default);
            using var association = await Association.AcceptAsync(pdus, Accept, new NetworkTimeouts(), default);
            await script(association, stream, (await association.ReceiveAsync(default))!);
            while (await association.ReceiveAsync(default) is not null)
            {
            }
        });
    }

    /// <summary>The script, to its end.</summary>
    public Task Script { get; }

    /// <summary>How long it may say nothing.</summary>
    public static TimeSpan IdleLimit { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Called when that is asked for: first when all is ready to send the request.</summary>
    public Action? IdleLimitAsked { get; init; }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Retrieves from it.</summary>
    public async Task GetAsync(IInstanceReceiver receiver, RetrieveObserver observer, CancellationToken cancellationToken) =>
        await GetAsync((await ConnectAsync(Port)).ToPduStream(), receiver, observer, null, cancellationToken);

    /// <summary>The same with a limit to its rate.</summary>
    public async Task GetAsync(IInstanceReceiver receiver, RateLimit rateLimit) =>
        await GetAsync((await ConnectAsync(Port)).ToPduStream(), receiver, new RetrieveObserver(), rateLimit, default);

    /// <summary>The same over TLS.</summary>
    public async Task GetByTlsAsync(IInstanceReceiver receiver)
    {
        var tls = new TlsOptions("127.0.0.1", null, SkipCertificateCheck: true);
        var stream = await (await ConnectAsync(Port)).ToPduStreamAsync(tls, TimeSpan.FromSeconds(5), default);
        await GetAsync(stream, receiver, new RetrieveObserver(), null, default);
    }

    /// <summary>The same through a relay.</summary>
    public Task GetByRelayAsync(IInstanceReceiver receiver) => GetByRelayAsync(receiver, new RetrieveObserver());

    /// <summary>The same, seen by an observer of the relay.</summary>
    public async Task GetByRelayAsync(IInstanceReceiver receiver, RetrieveObserver relayObserver)
    {
        using var relay = new AssociationRelay(AssociateAsync, relayObserver, () => IdleLimit, null);
        var relaying = relay.RunAsync(default);
        await GetAsync((await ConnectAsync(relay.Port)).ToPduStream(), receiver, new RetrieveObserver(), null, default);
        await relaying;
        Assert.True(relay.IsReusable);

        async Task<Association> AssociateAsync(AssociateRequest request, CancellationToken ending)
        {
            var stream = (await ConnectAsync(Port)).ToPduStream();
            return await Association.RequestAsync(stream, request, new NetworkTimeouts(), ending);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static Task<Socket> ConnectAsync(int port) =>
        TcpConnector.ConnectAsync([IPAddress.Loopback], "127.0.0.1", port, TimeSpan.FromSeconds(5), default);

    private async Task GetAsync(
        PduStream stream,
        IInstanceReceiver receiver,
        RetrieveObserver observer,
        RateLimit? rateLimit,
        CancellationToken cancellationToken)
    {
        var contexts = StorageContexts.Plan(InformationModel.StudyRoot.GetSopClass(), [Instance.SopClass])[0];
        var request = new AssociateRequest
        {
            CalledAETitle = "PEER",
            CallingAETitle = "TEST",
            PresentationContexts = contexts,
            UserInformation = new UserInformation { RoleSelections = StorageContexts.Roles(contexts) },
        };
        using var association = await Association.RequestAsync(stream, request, new NetworkTimeouts(), default);
        var identifier = new Dataset();
        identifier.Set(Tags.QueryRetrieveLevel, "STUDY");
        TimeSpan AskIdleLimit()
        {
            IdleLimitAsked?.Invoke();
            return IdleLimit;
        }

        await new GetOperation(association, receiver, observer, AskIdleLimit, rateLimit)
            .RunAsync(InformationModel.StudyRoot, identifier, cancellationToken);
        await association.ReleaseAsync(default);
    }

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

    public string? LastUid { get; private set; }

    /// <summary>Called on each fragment.</summary>
    public Action? OnWrite { get; init; }

    public void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax)
    {
        Begun++;
        LastUid = sopInstanceUid;
    }

    public void Write(ReadOnlySpan<byte> fragment)
    {
        OnWrite?.Invoke();
        Bytes += fragment.Length;
    }

    public void End() => Ended++;

    public void Abandon() => Abandoned++;
}
