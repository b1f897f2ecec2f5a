using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>Opens associations to a PACS.</summary>
internal static class Connection
{
    /// <summary>The transfer syntaxes that every PACS supports, the default of PS3.5 10.1 last.</summary>
    private static readonly string[] Uncompressed =
        [TransferSyntax.ExplicitVRLittleEndian.Uid, TransferSyntax.ImplicitVRLittleEndian.Uid];

    /// <summary>Connects, and requests an association with one presentation context per SOP class.</summary>
    public static Task<Association> OpenAsync(
        PacsServer server,
        IEnumerable<string> sopClasses,
        CancellationToken cancellationToken) =>
        OpenAsync(server, Request(server, sopClasses), cancellationToken);

    /// <summary>Connects, and requests an association.</summary>
    public static async Task<Association> OpenAsync(
        PacsServer server,
        AssociateRequest request,
        CancellationToken cancellationToken)
    {
        var stream = await ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        return await Association.RequestAsync(stream, request, server.Timeouts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects, with TLS if the server uses it.</summary>
    /// <param name="server">The PACS.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="onEnd">Called at the end of each phase.</param>
    public static async Task<PduStream> ConnectAsync(
        PacsServer server,
        CancellationToken cancellationToken,
        Action<NetworkPhase>? onEnd = null)
    {
        var limits = server.Timeouts;
        var addresses = await TcpConnector
            .ResolveAsync(server.ComputerName, limits.NameResolution, cancellationToken)
            .ConfigureAwait(false);
        onEnd?.Invoke(NetworkPhase.NameResolution);
        var socket = await TcpConnector
            .ConnectAsync(addresses, server.ComputerName, server.Port, limits.Connect, cancellationToken)
            .ConfigureAwait(false);
        onEnd?.Invoke(NetworkPhase.Connect);
        if (server.Tls is not { } tls)
            return socket.ToPduStream();
        var stream = await socket.ToPduStreamAsync(tls, limits.TlsHandshake, cancellationToken).ConfigureAwait(false);
        onEnd?.Invoke(NetworkPhase.TlsHandshake);
        return stream;
    }

    /// <summary>Makes a request for an association with one presentation context per SOP class.</summary>
    public static AssociateRequest Request(PacsServer server, IEnumerable<string> sopClasses) => new()
    {
        CalledAETitle = server.CalledAETitle,
        CallingAETitle = server.CallingAETitle,
        PresentationContexts = [.. sopClasses.Select((sopClass, index) => Context(index, sopClass))],
    };

    /// <summary>Makes a presentation context for messages without pixel data.</summary>
    /// <param name="index">Its index in the request.</param>
    /// <param name="sopClass">The SOP class.</param>
    public static PresentationContext Context(int index, string sopClass) => new((byte)((2 * index) + 1), sopClass, Uncompressed);
}
