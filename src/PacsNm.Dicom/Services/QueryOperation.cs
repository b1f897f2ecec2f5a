using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// One C-FIND as SCU (PS3.4 C.4.1, PS3.7 9.1.2). It returns one match at a time, as the peer sends them. Cancel it if no more matches are
/// needed.
/// </summary>
public sealed class QueryOperation
{
    private readonly Association _association;
    private readonly AcceptedContext _context;
    private readonly ushort _messageId;

    private QueryOperation(Association association, AcceptedContext context, ushort messageId)
    {
        _association = association;
        _context = context;
        _messageId = messageId;
    }

    /// <summary>The final status; null while the peer may send matches.</summary>
    public DimseStatus? FinalStatus { get; private set; }

    /// <summary>The number of matches received.</summary>
    public int MatchCount { get; private set; }

    /// <summary>Whether any match had status 0xFF01, which means that the peer does not support all optional keys.</summary>
    public bool OptionalKeysUnsupported { get; private set; }

    /// <summary>Sends the request.</summary>
    /// <param name="association">An association with the model's FIND SOP class.</param>
    /// <param name="model">The information model.</param>
    /// <param name="identifier">The keys (PS3.4 C.2.2.1).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AssociationRejectedException">The SOP class was not accepted.</exception>
    public static async Task<QueryOperation> StartAsync(
        Association association,
        InformationModel model,
        Dataset identifier,
        CancellationToken cancellationToken)
    {
        var context = association.ContextOf(model.FindSopClass());
        var request = new CommandSet
        {
            Field = CommandField.FindRequest,
            MessageId = association.NextMessageId(),
            SopClassUid = context.AbstractSyntax,
            Priority = 0,
            HasDataSet = true,
        };
        var data = DatasetWriter.Write(identifier, context.TransferSyntax);
        await association.SendAsync(context.Id, request, data, cancellationToken).ConfigureAwait(false);
        return new QueryOperation(association, context, request.MessageId);
    }

    /// <summary>Waits for the next match.</summary>
    /// <returns>The match; null after the last one.</returns>
    /// <exception cref="DimseFailureException">The final status is neither success nor cancel.</exception>
    /// <exception cref="ProtocolViolationException">A match cannot be read.</exception>
    public async ValueTask<Dataset?> NextAsync(CancellationToken cancellationToken)
    {
        if (FinalStatus is not null)
            return null;
        var response = await _association
            .ReceiveResponseAsync(CommandField.FindResponse, _messageId, cancellationToken)
            .ConfigureAwait(false);
        var command = response.Command;
        if (command.Status.Class != DimseStatusClass.Pending)
        {
            FinalStatus = command.Status;
            return command.Status.Class is DimseStatusClass.Success or DimseStatusClass.Cancel
                ? null
                : throw new DimseFailureException("C-FIND", command);
        }

        if (!response.Command.HasDataSet)
        {
            _association.Abort(AbortSource.ServiceUser);
            throw new ProtocolViolationException("A pending C-FIND response has no dataset.");
        }

        MatchCount++;
        OptionalKeysUnsupported |= command.Status == DimseStatus.PendingWithWarning;
        try
        {
            return DatasetReader.Read(response.Data, _context.TransferSyntax);
        }
        catch (DicomDataException exception)
        {
            _association.Abort(AbortSource.ServiceUser);
            throw new ProtocolViolationException($"A C-FIND response has no readable dataset. {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Ends the operation early. It sends C-CANCEL and reads further messages for a short time. A peer that continues to send is aborted.
    /// </summary>
    public async Task CancelAsync()
    {
        if (FinalStatus is not null || !_association.IsOpen)
            return;
        try
        {
            using var drain = new CancellationTokenSource(_association.Timeouts.Drain);
            var cancel = new CommandSet { Field = CommandField.CancelRequest, MessageId = _messageId };
            await _association.SendAsync(_context.Id, cancel, default, drain.Token).ConfigureAwait(false);
            while (FinalStatus is null)
            {
                drain.Token.ThrowIfCancellationRequested();
                var response = await _association
                    .ReceiveResponseAsync(CommandField.FindResponse, _messageId, drain.Token)
                    .ConfigureAwait(false);
                if (response.Command.Status.Class != DimseStatusClass.Pending)
                    FinalStatus = response.Command.Status;
            }
        }
        catch (Exception exception) when (exception is DicomNetworkException or OperationCanceledException)
        {
            _association.Abort(AbortSource.ServiceUser);
        }
    }
}
