using System.Runtime.ExceptionServices;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// One C-GET as SCU (PS3.4 C.4.3, PS3.7 9.1.3). The instances arrive as C-STORE requests on the same association, and a receiver gets
/// their bytes as they arrive, so memory does not grow with their size.
/// </summary>
public sealed class GetOperation
{
    private readonly Association _association;
    private readonly IInstanceReceiver _receiver;
    private readonly RetrieveObserver _observer;
    private readonly Func<TimeSpan> _idleLimit;
    private readonly RateLimit? _rateLimit;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly object _gate = new();
    private bool _isStopping;

    /// <summary>Prepares the operation.</summary>
    /// <param name="association">An association with the GET SOP class of the model, and the SCP role for storage classes.</param>
    /// <param name="receiver">Receives the instances.</param>
    /// <param name="observer">Observes the messages.</param>
    /// <param name="idleLimit">Returns the longest time that the peer may be silent. It is called repeatedly.</param>
    /// <param name="rateLimit">Limits the rate at which the peer sends; null for no limit.</param>
    public GetOperation(
        Association association,
        IInstanceReceiver receiver,
        RetrieveObserver observer,
        Func<TimeSpan> idleLimit,
        RateLimit? rateLimit)
    {
        _association = association;
        _receiver = receiver;
        _observer = observer;
        _idleLimit = idleLimit;
        _rateLimit = rateLimit;
    }

    /// <summary>
    /// Sends the request and receives messages until the final response. The observer then has the status and the list of failed instances.
    /// A cancellation is sent as C-CANCEL. A peer that does not end the operation shortly after it is aborted with A-ABORT.
    /// </summary>
    /// <param name="model">The information model.</param>
    /// <param name="identifier">The keys of the instances to retrieve (PS3.4 C.4.3.1.3).</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="AssociationRejectedException">The GET SOP class was not accepted.</exception>
    /// <exception cref="OperationCanceledException">The operation was stopped.</exception>
    /// <exception cref="PeerTimeoutException">The peer was silent for too long.</exception>
    /// <exception cref="IOException">The receiver failed. The peer has received a failure status.</exception>
    public async Task RunAsync(InformationModel model, Dataset identifier, CancellationToken cancellationToken)
    {
        var contexts = _association.Contexts.ToDictionary(accepted => accepted.Id);
        _observer.BeginAssociation(contexts);
        var context = _association.ContextOf(model.GetSopClass());
        var request = new CommandSet
        {
            Field = CommandField.GetRequest,
            MessageId = _association.NextMessageId(),
            SopClassUid = context.AbstractSyntax,
            Priority = 0,
            HasDataSet = true,
        };
        var dialogue = new GetDialogue(contexts, request, _receiver);
        using var watch = new IdleWatch(_idleLimit, () => _association.Abort(AbortSource.ServiceUser));
        void Stop() => StopAsync(dialogue, watch, context.Id, request.MessageId).Forget();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var data = DatasetWriter.Write(identifier, context.TransferSyntax);
            await SendAsync(context.Id, request, data).ConfigureAwait(false);

            // Before the request there is nothing to cancel.
            using var registration = cancellationToken.Register(Stop);
            _observer.Handler = dialogue;
            await ReceiveAsync(dialogue, watch, Stop, cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            _association.Abort(AbortSource.ServiceProvider);
            if (watch.ExpiredLimit is { } limit && !_isStopping)
                throw new PeerTimeoutException(NetworkPhase.Dimse, limit);
            if (!_isStopping || exception is ProtocolViolationException)
                throw;
        }
        finally
        {
            _observer.Handler = null;
            dialogue.Abandon();
        }

        if (dialogue.Failure is { } failure)
            ExceptionDispatchInfo.Capture(failure).Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task ReceiveAsync(GetDialogue dialogue, IdleWatch watch, Action stop, CancellationToken cancellationToken)
    {
        Action touch = watch.Touch;
        while (!dialogue.IsEnded)
        {
            var pdu = await _association.ReadPduAsync().ConfigureAwait(false);
            watch.Hold();
            if (pdu.Type != PduType.DataTransfer)
                throw Association.Unexpected(pdu);
            _observer.ObservePeer(pdu);
            watch.Release();
            while (dialogue.TryTakeResponse(out var contextId, out var response))
                await SendAsync(contextId, response, default).ConfigureAwait(false);
            if (dialogue.Failure is not null || _observer.Objects >= _observer.MaximumObjects)
                stop();
            if (_rateLimit is not null && !_isStopping)
                await RestAsync(pdu.Whole.Length, touch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the rate is within the limit. A stop ends only this wait.</summary>
    private async Task RestAsync(int bytes, Action touch, CancellationToken cancellationToken)
    {
        try
        {
            await _rateLimit!.WaitAsync(bytes, touch, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>
    /// Sends C-CANCEL (PS3.7 9.3.3.3), once, and gives the peer a short time to end the operation. Objects in transfer are still received,
    /// and new ones are refused.
    /// </summary>
    private async Task StopAsync(GetDialogue dialogue, IdleWatch watch, byte contextId, ushort messageId)
    {
        lock (_gate)
        {
            if (_isStopping)
                return;
            _isStopping = true;
        }

        dialogue.IsRefusing = true;
        watch.EndWithin(_association.Timeouts.Drain);
        var cancel = new CommandSet { Field = CommandField.CancelRequest, MessageId = messageId };
        await SendAsync(contextId, cancel, default).ConfigureAwait(false);
    }

    /// <summary>Sends a message. Only one message is sent at a time.</summary>
    private async Task SendAsync(byte contextId, CommandSet command, ReadOnlyMemory<byte> data)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _association.SendAsync(contextId, command, data, CancellationToken.None).ConfigureAwait(false);
            _observer.Requested();
        }
        finally
        {
            _sending.Release();
        }
    }
}
