using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Handles the messages of a C-GET as SCU (PS3.7 9.1.3). It passes the C-STORE requests of the peer to a receiver fragment by fragment and
/// answers them, and reads the C-GET responses. <see cref="MessageReader"/> has checked the order of the fragments. No IO.
/// </summary>
/// <param name="contexts">The accepted presentation contexts by number.</param>
/// <param name="request">The C-GET request.</param>
/// <param name="receiver">Receives the instances.</param>
internal sealed class GetDialogue(
    IReadOnlyDictionary<byte, AcceptedContext> contexts,
    CommandSet request,
    IInstanceReceiver receiver) : IRetrieveHandler
{
    private readonly Queue<(byte ContextId, CommandSet Response)> _responses = new();
    private CommandSet? _current;
    private byte _contextId;
    private bool _isReceiving;

    /// <summary>Whether the final response has arrived, including its dataset if it has one.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether further instances are refused.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>The exception of the receiver; null if it did not fail.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Removes and returns the next response to send, if there is one.</summary>
    public bool TryTakeResponse(out byte contextId, out CommandSet response)
    {
        (contextId, response) = _responses.Count > 0 ? _responses.Dequeue() : default;
        return response is not null;
    }

    /// <inheritdoc/>
    public void BeginMessage(byte contextId, CommandSet command)
    {
        var context = contexts[contextId];
        switch (command.Field)
        {
            case CommandField.StoreRequest when command.HasDataSet && context.AbstractSyntax != request.SopClassUid:
                BeginInstance(command, context);
                break;
            case CommandField.GetResponse when command.MessageId == request.MessageId:
                IsEnded = !command.HasDataSet && IsFinal(command);
                break;
            default:
                throw new ProtocolViolationException($"{command.Field} of message {command.MessageId} came within a C-GET, out of place.");
        }

        _current = command;
        _contextId = contextId;
    }

    /// <inheritdoc/>
    public void AddData(ReadOnlySpan<byte> fragment, bool isLast)
    {
        if (_isReceiving)
            Receive(fragment, isLast);
        if (!isLast)
            return;
        if (_current!.Field == CommandField.StoreRequest)
            Respond(_current);
        else
            IsEnded = IsFinal(_current);
    }

    /// <summary>Abandons an incomplete instance.</summary>
    public void Abandon()
    {
        if (!_isReceiving)
            return;
        _isReceiving = false;
        receiver.Abandon();
    }

    private static bool IsFinal(CommandSet response) => response.Status.Class != DimseStatusClass.Pending;

    private void BeginInstance(CommandSet command, AcceptedContext context)
    {
        if (IsRefusing)
            return;
        try
        {
            // Some peers send a wrong class in the command set. The class of the context is one that we proposed.
            var sopClass = Uid.IsValid(command.SopClassUid) ? command.SopClassUid! : context.AbstractSyntax;
            _isReceiving = true;
            receiver.Begin(sopClass, command.SopInstanceUid!, context.TransferSyntax);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            Fail(exception);
        }
    }

    private void Receive(ReadOnlySpan<byte> fragment, bool isLast)
    {
        try
        {
            receiver.Write(fragment);
            if (isLast)
                receiver.End();
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        Failure ??= exception;
        IsRefusing = true;
        Abandon();
    }

    /// <summary>Answers a C-STORE with success if the object was received, otherwise with out of resources (PS3.4 B.2.3).</summary>
    private void Respond(CommandSet store)
    {
        _responses.Enqueue((_contextId, new CommandSet
        {
            Field = CommandField.StoreResponse,
            MessageId = store.MessageId,
            SopClassUid = store.SopClassUid,
            SopInstanceUid = store.SopInstanceUid,
            Status = _isReceiving ? DimseStatus.Success : DimseStatus.OutOfResources,
        }));
        _isReceiving = false;
    }
}
