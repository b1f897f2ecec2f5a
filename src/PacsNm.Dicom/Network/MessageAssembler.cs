namespace PacsNm.Dicom.Network;

/// <summary>Assembles the fragments of P-DATA-TF PDUs into messages with their datasets (PS3.8 annex E). No IO.</summary>
internal sealed class MessageAssembler(IReadOnlyDictionary<byte, AcceptedContext> contexts)
{
    /// <summary>The longest dataset that is kept in memory, in bytes.</summary>
    public const int MaximumDatasetLength = 256 * 1024 * 1024;

    private readonly MessageReader _reader = new(contexts);
    private readonly MessagePart _data = new(MaximumDatasetLength, "dataset");
    private readonly Queue<DimseMessage> _messages = new();

    /// <summary>Removes and returns a complete message, if there is one.</summary>
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
    /// <exception cref="ProtocolViolationException">A fragment is out of place, or a bound is exceeded.</exception>
    public void Add(ReadOnlySpan<byte> body)
    {
        while (DataTransfer.TryReadPdv(ref body, out var pdv))
            Add(pdv);
    }

    private void Add(Pdv pdv)
    {
        if (_reader.Add(pdv))
        {
            if (!_reader.Command!.HasDataSet)
                _messages.Enqueue(new DimseMessage(_reader.ContextId, _reader.Command, default));
        }
        else if (!pdv.IsCommand && _data.Add(pdv.Fragment, pdv.IsLast, out var data))
        {
            _messages.Enqueue(new DimseMessage(_reader.ContextId, _reader.Command!, data.ToArray()));
        }
    }
}
