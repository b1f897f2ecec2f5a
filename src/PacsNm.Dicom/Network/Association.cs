using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>
/// One end of an association over a connection (PS3.8 7, 9.2). It performs one operation at a time and is not thread-safe. A protocol
/// violation or a timeout ends the association with A-ABORT; the cancellation of a wait does not.
/// </summary>
public sealed partial class Association : IDisposable
{
    private readonly PduStream _stream;
    private readonly MessageAssembler _assembler;
    private readonly MemoryStream _output = new();
    private readonly Dictionary<byte, AcceptedContext> _contexts;
    private ushort _lastMessageId;

    private Association(PduStream stream, AssociateRequest request, AssociateAccept accept, bool isRequestor, NetworkTimeouts timeouts)
    {
        _stream = stream;
        Request = request;
        Accept = accept;
        Timeouts = timeouts;
        Peer = isRequestor ? accept.UserInformation : request.UserInformation;
        _contexts = AcceptedContexts(request, accept).ToDictionary(context => context.Id);
        _assembler = new MessageAssembler(_contexts);
        if (Peer.MaximumLength is > 0 and < Pdu.SmallestMaximumLength)
        {
            throw new ProtocolViolationException(
                $"The peer's maximum length is {Peer.MaximumLength}, below {Pdu.SmallestMaximumLength} bytes.");
        }
    }

    /// <summary>The request.</summary>
    public AssociateRequest Request { get; }

    /// <summary>The answer to the request.</summary>
    public AssociateAccept Accept { get; }

    /// <summary>The properties that the other end sent.</summary>
    public UserInformation Peer { get; }

    /// <summary>The time limits of this association.</summary>
    public NetworkTimeouts Timeouts { get; }

    /// <summary>The accepted presentation contexts.</summary>
    public IReadOnlyCollection<AcceptedContext> Contexts => _contexts.Values;

    /// <summary>Whether messages can still be exchanged.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Whether unread input has arrived.</summary>
    public bool HasInput => IsOpen && _stream.HasInput;

    /// <summary>Returns an accepted context of a SOP class.</summary>
    /// <exception cref="AssociationRejectedException">The peer accepted no context of the class.</exception>
    public AcceptedContext ContextOf(string sopClassUid) =>
        _contexts.Values.FirstOrDefault(context => context.AbstractSyntax == sopClassUid)
            ?? throw new AssociationRejectedException(
                $"The association was accepted, but not {SopClasses.NameOf(sopClassUid)} in it: {AnswerTo(sopClassUid)}.");

    /// <summary>Returns a message ID that no other operation of this association uses.</summary>
    public ushort NextMessageId() => ++_lastMessageId;

    /// <summary>Sends a message.</summary>
    /// <param name="contextId">An accepted presentation context.</param>
    /// <param name="command">The command set. Its HasDataSet must match <paramref name="data"/>.</param>
    /// <param name="data">The dataset, in the transfer syntax of the context.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task SendAsync(
        byte contextId,
        CommandSet command,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken)
    {
        _output.SetLength(0);
        DataTransfer.Write(_output, Peer.MaximumLength, contextId, isCommand: true, command.Encode());
        if (command.HasDataSet)
            DataTransfer.Write(_output, Peer.MaximumLength, contextId, isCommand: false, data.Span);
        return GuardAsync(async () =>
        {
            var deadline = Deadline.After(NetworkPhase.Dimse, Timeouts.Dimse);
            await _stream.WriteAsync(_output.GetBuffer().AsMemory(0, (int)_output.Length), deadline, cancellationToken)
                .ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>The message; null if the peer released the association.</returns>
    /// <exception cref="PeerTimeoutException">No complete message arrived within the DIMSE limit.</exception>
    public ValueTask<DimseMessage?> ReceiveAsync(CancellationToken cancellationToken) =>
        ReceiveAsync(Timeouts.Dimse, cancellationToken);

    /// <inheritdoc cref="ReceiveAsync(CancellationToken)"/>
    public ValueTask<DimseMessage?> ReceiveAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            // Input that has arrived already needs neither a clock nor a wait.
            if (TryReceive(out var message))
                return new ValueTask<DimseMessage?>(message);
        }
        catch (Exception exception) when (exception is ProtocolViolationException or AssociationAbortedException)
        {
            Abort(AbortSource.ServiceProvider);
            throw;
        }

        return new ValueTask<DimseMessage?>(GuardAsync(() => WaitForMessageAsync(limit, cancellationToken)));
    }

    /// <summary>Waits for the next response to a request.</summary>
    /// <exception cref="ProtocolViolationException">A message arrived that is not a response to the request.</exception>
    public async ValueTask<DimseMessage> ReceiveResponseAsync(
        CommandField field,
        ushort messageId,
        CancellationToken cancellationToken)
    {
        var message = await ReceiveAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new AssociationAbortedException("The peer released the association before it had answered.");
        if (message.Command.Field == field && message.Command.MessageId == messageId)
            return message;
        Abort(AbortSource.ServiceUser);
        throw new ProtocolViolationException(
            $"{message.Command.Field} to message {message.Command.MessageId} came in the place of {field} to message {messageId}.");
    }

    /// <summary>
    /// Releases the association (PS3.8 7.2). A peer that does not answer within <see cref="NetworkTimeouts.Release"/> or continues to send
    /// is aborted. The method throws no exception, because the earlier exchange is complete in any case.
    /// </summary>
    /// <param name="cancellationToken">Aborts the association immediately.</param>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!IsOpen)
            return;
        try
        {
            var deadline = Deadline.After(NetworkPhase.Acse, Timeouts.Release);
            var bytes = Pdu.ReleaseRequest();
            await _stream.WriteAsync(bytes, deadline, cancellationToken).ConfigureAwait(false);
            Pdu pdu;
            do
            {
                // The data of a peer that sends without a pause arrives before any wait can time out.
                if (deadline.Remaining == TimeSpan.Zero)
                    throw deadline.ToException();
                pdu = await _stream.ReadAsync(deadline, cancellationToken).ConfigureAwait(false);
            }
            while (pdu.Type == PduType.DataTransfer);
            Close();
        }
        catch (Exception exception) when (exception is DicomNetworkException or OperationCanceledException)
        {
            Abort(AbortSource.ServiceUser);
        }
    }

    /// <summary>Aborts the association (PS3.8 7.3).</summary>
    public void Abort(AbortSource source)
    {
        if (!IsOpen)
            return;
        var bytes = Pdu.Abort(source, 0);

        // The write is not awaited: a peer that no longer reads must not delay us, and it also detects the close.
        _stream.WriteAsync(bytes, Deadline.After(NetworkPhase.Acse, TimeSpan.Zero), CancellationToken.None)
            .Forget();
        Close();
    }

    /// <summary>Aborts the association if it is still open.</summary>
    public void Dispose() => Abort(AbortSource.ServiceUser);

    internal static AssociationAbortedException Aborted(Pdu pdu)
    {
        var source = pdu.Body.Length >= 4 ? pdu.Body.Span[2] : (byte)0;
        var reason = pdu.Body.Length >= 4 ? pdu.Body.Span[3] : (byte)0;
        return new($"The peer aborted the association (A-ABORT, source {source}, reason {reason}).");
    }

    private string AnswerTo(string sopClassUid)
    {
        var ids = Request.PresentationContexts
            .Where(context => context.AbstractSyntax == sopClassUid)
            .Select(context => context.Id);
        var answer = Accept.PresentationContexts.FirstOrDefault(result => ids.Contains(result.Id));
        return answer is null ? "it was not answered" : $"result {(byte)answer.Result}, {answer.Result}";
    }

    private async Task<DimseMessage?> WaitForMessageAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(NetworkPhase.Dimse, limit);
        DimseMessage? message;
        while (!TryReceive(out message))
        {
            var pdu = await _stream.ReadAsync(deadline, cancellationToken).ConfigureAwait(false);
            if (pdu.Type == PduType.ReleaseRequest)
            {
                var bytes = Pdu.ReleaseResponse();
                await _stream.WriteAsync(bytes, deadline, cancellationToken).ConfigureAwait(false);
                Close();
                return null;
            }

            AddPdu(pdu);
        }

        return message;
    }

    private bool TryReceive(out DimseMessage? message)
    {
        if (_assembler.TryTake(out message))
            return true;
        if (!IsOpen)
            throw new AssociationAbortedException("The association has ended.");
        while (_stream.NextType == PduType.DataTransfer && _stream.TryTake(out var pdu))
        {
            AddPdu(pdu);
            if (_assembler.TryTake(out message))
                return true;
        }

        message = null;
        return false;
    }

    private void AddPdu(Pdu pdu)
    {
        switch (pdu.Type)
        {
            case PduType.DataTransfer:
                _assembler.Add(pdu.Body.Span);
                break;
            case PduType.Abort:
                throw Aborted(pdu);
            default:
                throw new ProtocolViolationException($"{pdu.Type} came within an association.");
        }
    }

    /// <summary>Aborts the association if an exchange leaves it in an unknown state.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> exchange)
    {
        try
        {
            return await exchange().ConfigureAwait(false);
        }
        catch (DicomNetworkException)
        {
            Abort(AbortSource.ServiceProvider);
            throw;
        }
    }

    private void Close()
    {
        IsOpen = false;
        _stream.Dispose();
    }
}
