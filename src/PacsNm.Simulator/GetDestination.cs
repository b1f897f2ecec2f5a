using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Simulator;

/// <summary>The peer of a C-GET, on the association of its request.</summary>
internal sealed class GetDestination(Operation operation) : IStoreDestination
{
    /// <inheritdoc/>
    public bool CanTake(SimulatedInstance instance) => ContextFor(instance) is not null;

    /// <inheritdoc/>
    public async Task<bool> StoreAsync(SimulatedInstance instance, CancellationToken cancellationToken)
    {
        if (ContextFor(instance) is not { } context)
            return false;
        var data = instance.ReadAs(context.TransferSyntax);
        var messageId = await StorageScu
            .SendAsync(operation.Association, context, instance.Uid, data, originator: null, cancellationToken)
            .ConfigureAwait(false);
        var status = await operation.ReceiveStoreResponseAsync(messageId, cancellationToken).ConfigureAwait(false);
        return status.Class is DimseStatusClass.Success or DimseStatusClass.Warning;
    }

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The peer owns the association.
    }

    /// <summary>The context for an instance. The peer must have accepted the SCP role for its class (PS3.7 D.3.3.4).</summary>
    private AcceptedContext? ContextFor(SimulatedInstance instance) =>
        operation.Association.Accept.UserInformation.RoleSelections.Any(role => role.SopClassUid == instance.SopClassUid && role.Scp)
            ? StorageScu.FindContext(operation.Association, instance.SopClassUid, instance.StoredAs)
            : null;
}
