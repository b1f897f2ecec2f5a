using System.Net;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Simulator;

/// <summary>The destination of a C-MOVE, on a separate association. A destination that cannot be reached receives nothing.</summary>
internal sealed class MoveDestination : IStoreDestination
{
    private readonly Association? _association;
    private readonly MoveOriginator _originator;

    private MoveDestination(Association? association, MoveOriginator originator)
    {
        _association = association;
        _originator = originator;
    }

    /// <summary>Opens an association to send instances.</summary>
    /// <param name="operation">The C-MOVE.</param>
    /// <param name="aeTitle">Our own AE title.</param>
    /// <param name="port">The destination's port on 127.0.0.1.</param>
    /// <param name="instances">The instances to send.</param>
    /// <param name="isUncompressedOnly">Whether instances in compressed transfer syntaxes are not sent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<MoveDestination> OpenAsync(
        Operation operation,
        string aeTitle,
        int port,
        IReadOnlyList<SimulatedInstance> instances,
        bool isUncompressedOnly,
        CancellationToken cancellationToken)
    {
        var originator = new MoveOriginator(operation.Association.Request.CallingAETitle, operation.Command.MessageId);
        var contexts = Contexts(instances.Where(instance => !(isUncompressedOnly && instance.StoredAs.IsEncapsulated)));
        if (contexts.Count == 0)
            return new MoveDestination(null, originator);
        try
        {
            var timeouts = operation.Association.Timeouts;
            var socket = await TcpConnector
                .ConnectAsync([IPAddress.Loopback], "127.0.0.1", port, timeouts.Connect, cancellationToken)
                .ConfigureAwait(false);
            var request = new AssociateRequest
            {
                CalledAETitle = operation.Command.MoveDestination ?? "",
                CallingAETitle = aeTitle,
                PresentationContexts = contexts,
            };
            return new MoveDestination(
                await Association.RequestAsync(socket.ToPduStream(), request, timeouts, cancellationToken).ConfigureAwait(false),
                originator);
        }
        catch (DicomNetworkException)
        {
            return new MoveDestination(null, originator);
        }
    }

    /// <inheritdoc/>
    public bool CanTake(SimulatedInstance instance) => ContextFor(instance) is not null;

    /// <inheritdoc/>
    public async Task<bool> StoreAsync(SimulatedInstance instance, CancellationToken cancellationToken)
    {
        if (_association is not { IsOpen: true } || ContextFor(instance) is not { } context)
            return false;

        try
        {
            var messageId = await StorageScu
                .SendAsync(_association, context, instance.Uid, instance.ReadAs(context.TransferSyntax), _originator, cancellationToken)
                .ConfigureAwait(false);
            var response = await _association
                .ReceiveResponseAsync(CommandField.StoreResponse, messageId, cancellationToken)
                .ConfigureAwait(false);
            return response.Command.Status.Class is DimseStatusClass.Success or DimseStatusClass.Warning;
        }
        catch (DicomNetworkException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken cancellationToken) =>
        _association?.ReleaseAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _association?.Dispose();

    private AcceptedContext? ContextFor(SimulatedInstance instance) =>
        _association is null ? null : StorageScu.FindContext(_association, instance.SopClassUid, instance.StoredAs);

    /// <summary>One context per SOP class for the uncompressed transfer syntaxes, and one per compressed transfer syntax.</summary>
    private static List<PresentationContext> Contexts(IEnumerable<SimulatedInstance> instances) =>
    [
        .. instances
            .Select(instance => (instance.SopClassUid, Compressed: CompressedSyntaxOf(instance)))
            .Distinct()
            .Take(PresentationContext.MaximumCount)
            .Select((context, index) => new PresentationContext(
                (byte)((2 * index) + 1),
                context.SopClassUid,
                context.Compressed is null ? Negotiation.Uncompressed : [context.Compressed])),
    ];

    private static string? CompressedSyntaxOf(SimulatedInstance instance) =>
        instance.StoredAs.IsEncapsulated || instance.StoredAs.IsDeflated ? instance.StoredAs.Uid : null;
}
