namespace PacsNm.Dicom.Network;

/// <summary>
/// Reads the messages of one end of an association (PS3.8 annex E). It assembles command sets from fragments, and identifies the command
/// of each dataset fragment. No IO.
/// </summary>
/// <param name="contexts">
/// The accepted presentation contexts by number; a fragment that is out of place is then a protocol violation. Null to observe an
/// association whose two ends check each other.
/// </param>
internal sealed class MessageReader(IReadOnlyDictionary<byte, AcceptedContext>? contexts)
{
    private readonly MessagePart _part = new(CommandSet.MaximumLength, "command set");
    private byte[] _lastBytes = [];
    private int _lastLength = -1;
    private bool _isDataSetDue;

    /// <summary>The latest command set, whose dataset follows if it has one; null before the first.</summary>
    public CommandSet? Command { get; private set; }

    /// <summary>The presentation context of the message.</summary>
    public byte ContextId { get; private set; }

    /// <summary>Adds a fragment.</summary>
    /// <returns>Whether the fragment completes a command set, which is then in <see cref="Command"/>.</returns>
    /// <exception cref="ProtocolViolationException">The fragment is out of place, or the command set cannot be read.</exception>
    public bool Add(Pdv pdv)
    {
        if (contexts is not null)
            Check(pdv, contexts);
        ContextId = pdv.ContextId;
        if (!pdv.IsCommand)
        {
            _isDataSetDue &= !pdv.IsLast;
            return false;
        }

        if (!_part.Add(pdv.Fragment, pdv.IsLast, out var bytes))
            return false;
        Command = Decode(bytes);
        _isDataSetDue = Command.HasDataSet;
        return true;
    }

    private void Check(Pdv pdv, IReadOnlyDictionary<byte, AcceptedContext> accepted)
    {
        if (!accepted.ContainsKey(pdv.ContextId))
            throw new ProtocolViolationException($"A message came in presentation context {pdv.ContextId}, which was not accepted.");
        if (pdv.IsCommand == _isDataSetDue)
        {
            throw new ProtocolViolationException(
                pdv.IsCommand
                    ? "A command fragment came in the place of a dataset."
                    : "A dataset fragment came without its command.");
        }

        if ((_isDataSetDue || !_part.IsEmpty) && pdv.ContextId != ContextId)
            throw new ProtocolViolationException("A message changes its presentation context in its middle.");
    }

    /// <summary>Decodes a command set. The previous one is reused if the bytes are equal, as for the matches of a query.</summary>
    private CommandSet Decode(ReadOnlySpan<byte> bytes)
    {
        if (Command is { } last && bytes.SequenceEqual(_lastBytes.AsSpan(0, _lastLength)))
            return last;
        var command = CommandSet.Decode(bytes);
        if (_lastBytes.Length < bytes.Length)
            _lastBytes = new byte[bytes.Length];
        bytes.CopyTo(_lastBytes);
        _lastLength = bytes.Length;
        return command;
    }
}
