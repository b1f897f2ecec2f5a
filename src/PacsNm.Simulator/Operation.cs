using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>A running operation that a peer requested (PS3.7 7.5). It sends the responses and watches for a C-CANCEL.</summary>
/// <param name="association">The association.</param>
/// <param name="request">The request message.</param>
/// <param name="connection">The connection of the association.</param>
/// <param name="quirks">IgnoreCancel and AbortAfterCancel change the effect of a C-CANCEL.</param>
/// <param name="stopping">Cancelled when the simulator stops.</param>
internal sealed class Operation(
    Association association,
    DimseMessage request,
    QuirkyConnection connection,
    Quirks quirks,
    CancellationToken stopping)
{
    private bool _isCancelled;
    private bool _isAborting;

    /// <summary>The association.</summary>
    public Association Association { get; } = association;

    /// <summary>The command set of the request.</summary>
    public CommandSet Command => request.Command;

    /// <summary>The presentation context of the request.</summary>
    public string SopClassUid => Context.AbstractSyntax;

    private AcceptedContext Context => Association.Contexts.First(context => context.Id == request.ContextId);

    /// <summary>Reads the identifier.</summary>
    /// <exception cref="DicomDataException">The identifier cannot be read.</exception>
    public Dataset ReadIdentifier() => DatasetReader.Read(request.Data, Context.TransferSyntax);

    /// <summary>Whether the peer has sent a C-CANCEL for the operation (PS3.7 9.3.2.3).</summary>
    public async ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken)
    {
        while (!_isCancelled && Association.HasInput)
            Take(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
        return _isCancelled;
    }

    /// <summary>Waits for the response to a C-STORE on the same association. A C-CANCEL may precede it.</summary>
    public async Task<DimseStatus> ReceiveStoreResponseAsync(ushort messageId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (message.Command.Field == CommandField.StoreResponse && message.Command.MessageId == messageId)
                return message.Command.Status;
            Take(message);
        }
    }

    /// <summary>Sends a response.</summary>
    /// <param name="status">The status.</param>
    /// <param name="data">The dataset; null for none.</param>
    /// <param name="counts">The counts of sub-operations of a C-GET or C-MOVE; null for other operations.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SilencedException">A quirk replaces the response.</exception>
    public async Task RespondAsync(DimseStatus status, Dataset? data, SubOperationCounts? counts, CancellationToken cancellationToken)
    {
        // AbortAfterCancel sends no final response, only the abort.
        if (_isAborting && status.Class != DimseStatusClass.Pending)
            throw new SilencedException();
        await connection.BeforeResponseAsync(cancellationToken).ConfigureAwait(false);
        var response = new CommandSet
        {
            Field = (CommandField)((ushort)Command.Field | 0x8000),
            MessageId = Command.MessageId,
            SopClassUid = Command.SopClassUid,
            Status = status,
            SubOperations = counts,
            HasDataSet = data is not null,
        };
        var bytes = data is null ? default : DatasetWriter.Write(data, Context.TransferSyntax);
        await Association.SendAsync(request.ContextId, response, bytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DimseMessage> ReceiveAsync(CancellationToken cancellationToken) =>
        await Association.ReceiveAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new AssociationAbortedException("The peer released the association in the middle of an operation.");

    private void Take(DimseMessage message)
    {
        if (message.Command.Field != CommandField.CancelRequest)
        {
            // Only one operation at a time is allowed, because no other number was negotiated (PS3.7 D.3.3.3).
            Association.Abort(AbortSource.ServiceUser);
            throw new ProtocolViolationException($"{message.Command.Field} came in the middle of another operation.");
        }

        if (message.Command.MessageId != Command.MessageId || quirks.Has(QuirkName.IgnoreCancel) || _isAborting)
            return;
        _isAborting = quirks.Has(QuirkName.AbortAfterCancel);
        _isCancelled = !_isAborting;
        if (_isAborting)
            _ = AbortLaterAsync();
    }

    private async Task AbortLaterAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(quirks.ValueOf(QuirkName.AbortAfterCancel) ?? 0), stopping).ConfigureAwait(false);
        Association.Abort(AbortSource.ServiceUser);
    }
}
