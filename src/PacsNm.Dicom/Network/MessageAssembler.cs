namespace PacsNm.Dicom.Network;

/// <summary>Puts the fragments of P-DATA-TF PDUs together to messages (PS3.8 annex E). No IO.</summary>
internal sealed class MessageAssembler(IReadOnlyDictionary<byte, AcceptedContext> contexts)
{
    /// <summary>The longest dataset that is held in memory, in bytes.</summary>
    public const int MaximumDatasetLength = 256 * 1024 * 1024;

    private readonly Queue<DimseMessage> _messages = new();
    private MemoryStream? _part;
    private CommandSet? _command;
    private byte _contextId;

    /// <summary>The command set that was decoded last, and its bytes: all matches of a query come with the same.</summary>
    private CommandSet? _decoded;
    private byte[] _decodedBytes = [];

    /// <summary>Takes a message that is complete.</summary>
    public bool TryTake(out DimseMessage message)
    {
        if (_messages.Count > 0)
        {
            message = _messages.Dequeue();
            return true;
        }

        message = null!;
        return false;
    }

    /// <summary>Adds a P-DATA-TF body.</summary>
    /// <exception cref="ProtocolViolationException">A fragment is out of place or a bound is passed.</exception>
    public void Add(ReadOnlySpan<byte> body)
    {
        while (DataTransfer.TryReadPdv(ref body, out var pdv))
            Add(pdv);
    }

    private void Add(Pdv pdv)
    {
        if (!contexts.ContainsKey(pdv.ContextId))
            throw new ProtocolViolationException($"A message came in presentation context {pdv.ContextId}, which was not accepted.");
        if (pdv.IsCommand != _command is null)
        {
            throw new ProtocolViolationException(
                pdv.IsCommand
                    ? "A command fragment came where a dataset was due."
                    : "A dataset fragment came without its command.");
        }

        if ((_command is not null || _part is not null) && pdv.ContextId != _contextId)
            throw new ProtocolViolationException("A message changes its presentation context in its middle.");
        _contextId = pdv.ContextId;

        var bound = pdv.IsCommand ? CommandSet.MaximumLength : MaximumDatasetLength;
        if ((_part?.Length ?? 0) + pdv.Fragment.Length > bound)
        {
            throw new ProtocolViolationException(
                $"A {(pdv.IsCommand ? "command set" : "dataset")} is longer than the bound of {bound} bytes.");
        }

        if (!pdv.IsLast)
        {
            Append(pdv.Fragment);
            return;
        }

        // A message in one fragment, as most are, is read where it lies.
        if (_part is null)
        {
            Complete(pdv.IsCommand, pdv.Fragment);
            return;
        }

        Append(pdv.Fragment);
        var part = _part;
        _part = null;
        Complete(pdv.IsCommand, part.GetBuffer().AsSpan(0, (int)part.Length));
    }

    private void Append(ReadOnlySpan<byte> fragment)
    {
        _part ??= new MemoryStream(fragment.Length);
#if NET
        _part.Write(fragment);
#else
        _part.Write(fragment.ToArray(), 0, fragment.Length);
#endif
    }

    private void Complete(bool isCommand, ReadOnlySpan<byte> part)
    {
        if (isCommand)
        {
            _command = Decode(part);
            if (_command.HasDataSet)
                return;
            part = default;
        }

        _messages.Enqueue(new DimseMessage(_contextId, _command!, part.ToArray()));
        _command = null;
    }

    private CommandSet Decode(ReadOnlySpan<byte> part)
    {
        if (_decoded is null || !part.SequenceEqual(_decodedBytes))
        {
            _decoded = CommandSet.Decode(part);
            _decodedBytes = part.ToArray();
        }

        return _decoded;
    }
}
