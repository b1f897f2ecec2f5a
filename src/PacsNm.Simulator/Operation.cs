using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>An operation that a peer has asked for, while it is performed (PS3.7 7.5): its responses, and a C-CANCEL for it.</summary>
/// <param name="association">The association.</param>
/// <param name="request">What came.</param>
/// <param name="connection">The connection below.</param>
/// <param name="quirks">IgnoreCancel and AbortAfterCancel change what a C-CANCEL does.</param>
/// <param name="stopping">Ends with the simulator.</param>
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

    /// <summary>The command that came.</summary>
    public CommandSet Command => request.Command;

    /// <summary>The SOP class that it came for.</summary>
    public string SopClassUid => Context.AbstractSyntax;

    private AcceptedContext Context => Association.Contexts.First(context => context.Id == request.ContextId);

    /// <summary>Reads the identifier.</summary>
    /// <exception cref="DicomDataException">It cannot be read.</exception>
    public Dataset ReadIdentifier() => DatasetReader.Read(request.Data, Context.TransferSyntax);

    /// <summary>Whether a C-CANCEL for the operation has come (PS3.7 9.3.2.3).</summary>
    public async ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken)
    {
        while (!_isCancelled && Association.HasInput)
            Take(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
        return _isCancelled;
    }

    /// <summary>Waits for the response to a C-STORE on the same association; a C-CANCEL may come before it.</summary>
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
    /// <param name="status">Its status.</param>
    /// <param name="data">Its dataset; null for none.</param>
    /// <param name="counts">The counts of sub-operations, of C-GET and C-MOVE.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SilencedException">A quirk replaces it.</exception>
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
            // One operation at a time: no other number was negotiated (PS3.7 D.3.3.3).
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
