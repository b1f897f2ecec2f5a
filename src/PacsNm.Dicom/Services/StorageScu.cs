using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>The Storage service as SCU (PS3.4 annex B, PS3.7 9.1.1), for the sub-operations of a C-GET or a C-MOVE.</summary>
public static class StorageScu
{
    /// <summary>
    /// Returns the accepted context for an instance: that of its own transfer syntax, or any uncompressed one for an uncompressed instance;
    /// null if there is none.
    /// </summary>
    /// <param name="association">The association.</param>
    /// <param name="sopClassUid">The SOP class of the instance.</param>
    /// <param name="storedAs">The transfer syntax of the stored instance.</param>
    public static AcceptedContext? FindContext(Association association, string sopClassUid, TransferSyntax storedAs)
    {
        var contexts = association.Contexts.Where(context => context.AbstractSyntax == sopClassUid).ToArray();
        return Array.Find(contexts, context => context.TransferSyntax.Uid == storedAs.Uid)
            ?? (storedAs.IsEncapsulated
                ? null
                : Array.Find(contexts, context => !context.TransferSyntax.IsEncapsulated && !context.TransferSyntax.IsDeflated));
    }

    /// <summary>Sends a C-STORE without waiting for its response.</summary>
    /// <param name="association">The association.</param>
    /// <param name="context">A context that <see cref="FindContext"/> returned.</param>
    /// <param name="sopInstanceUid">The SOP Instance UID.</param>
    /// <param name="data">The dataset, in the transfer syntax of the context.</param>
    /// <param name="originator">The C-MOVE that it belongs to; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message ID.</returns>
    public static async Task<ushort> SendAsync(
        Association association,
        AcceptedContext context,
        string sopInstanceUid,
        ReadOnlyMemory<byte> data,
        MoveOriginator? originator,
        CancellationToken cancellationToken)
    {
        var command = new CommandSet
        {
            Field = CommandField.StoreRequest,
            MessageId = association.NextMessageId(),
            SopClassUid = context.AbstractSyntax,
            SopInstanceUid = sopInstanceUid,
            Priority = 0,
            MoveOriginatorAETitle = originator?.AETitle,
            MoveOriginatorMessageId = originator?.MessageId,
            HasDataSet = true,
        };
        await association.SendAsync(context.Id, command, data, cancellationToken).ConfigureAwait(false);
        return command.MessageId;
    }
}

/// <summary>Identifies the C-MOVE that a C-STORE belongs to (PS3.7 9.1.1.1).</summary>
/// <param name="AETitle">The AE title that requested the C-MOVE.</param>
/// <param name="MessageId">The message ID of the C-MOVE.</param>
public sealed record MoveOriginator(string AETitle, ushort MessageId);
