using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Reads along while a peer answers a C-GET: what it sends, how it ends, and why. It stops what must not pass. Counters may be read
/// from another thread while it works. No IO.
/// </summary>
public sealed class RetrieveObserver
{
    /// <summary>The length of a dataset that began to pass and did not end.</summary>
    public const long Unfinished = -1;

    /// <summary>The longest list of failed SOP instances that is read, in bytes: 64 for each of 65,535 and a little.</summary>
    private const int MaximumFailedListLength = 8 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly RetrieveTally _tally = new();
    private readonly MessagePart _failedList = new(MaximumFailedListLength, "list of failed SOP instances");
    private readonly HashSet<string> _proposed = [];
    private readonly Dictionary<byte, TransferSyntax> _transferSyntaxes = [];
    private MessageReader _peer = new(contexts: null);
    private MessageReader _retriever = new(contexts: null);

    /// <summary>Bytes of datasets that have passed.</summary>
    public long Bytes => _tally.Bytes;

    /// <summary>Objects that have passed whole.</summary>
    public int Objects => _tally.Objects;

    /// <summary>
    /// The length in bytes of each dataset that has passed, by SOP Instance UID; <see cref="Unfinished"/> of one that has
    /// not passed whole. Of an instance that came more than once it is the latest: see <see cref="LengthsOf"/>. Read it when all has
    /// passed.
    /// </summary>
    public IReadOnlyDictionary<string, long> DatasetLengths => _tally.LatestLengths;

    /// <summary>The final status of the C-GET on the latest association; null until it comes.</summary>
    public DimseStatus? FinalStatus => _tally.FinalStatus;

    /// <summary>
    /// The failure that the C-GET ended with on the latest association, with the peer's Error Comment and Offending Element;
    /// null if it did not fail.
    /// </summary>
    public DimseFailureException? Failure => _tally.Failure;

    /// <summary>
    /// The counts of the latest response that had any, until another association ends without. What an earlier association
    /// brought is counted as completed, and not among what failed in this one.
    /// </summary>
    public SubOperationCounts? SubOperations => _tally.SubOperations;

    /// <summary>
    /// Failed SOP Instance UID List (0008,0058) of the final response, without what is not usable (<see cref="Uid.IsUsable"/>).
    /// </summary>
    public IReadOnlyList<string> FailedSopInstanceUids { get; private set; } = [];

    /// <summary>How the peer ended the association before its time; null if it did not.</summary>
    public DicomNetworkException? Ending { get; private set; }

    /// <summary>The abstract syntaxes that the retriever proposed; empty if it proposed none.</summary>
    public IReadOnlyCollection<string> ProposedSopClasses => _proposed;

    /// <summary>
    /// Called with the SOP Instance UID and the dataset's length of each object that the retriever has answered for: it is
    /// in its file. Called on the thread that passes the answer on.
    /// </summary>
    public Action<string, long>? InstanceStored { get; init; }

    /// <summary>How many objects may pass; the next one ends the association, unless <see cref="Handler"/> ends it in good order.</summary>
    public int MaximumObjects { get; init; } = int.MaxValue;

    /// <summary>Takes what the peer sends, where this assembly receives it; null where a program does.</summary>
    internal IRetrieveHandler? Handler { get; set; }

    /// <summary>
    /// The length in bytes of each dataset that has passed for one SOP Instance UID, in their order, each as in
    /// <see cref="DatasetLengths"/>; empty if none has. Read it when all has passed.
    /// </summary>
    public IReadOnlyList<long> LengthsOf(string sopInstanceUid) => _tally.LengthsOf(sopInstanceUid);

    /// <summary>
    /// Begins with an association whose establishment the observer has not seen, and drops what an earlier one left incomplete.
    /// A fragment that is out of place in it breaks the protocol.
    /// </summary>
    internal void BeginAssociation(IReadOnlyDictionary<byte, AcceptedContext> contexts)
    {
        lock (_gate)
        {
            _peer = new MessageReader(contexts);
            _failedList.Clear();
            _tally.BeginAssociation();
            foreach (var context in contexts.Values)
                _transferSyntaxes[context.Id] = context.TransferSyntax;
        }
    }

    /// <summary>Takes a PDU of the peer.</summary>
    /// <exception cref="ProtocolViolationException">It must not be passed on.</exception>
    internal void ObservePeer(Pdu pdu)
    {
        lock (_gate)
            Observe(pdu);
    }

    /// <summary>Takes a PDU of the retriever.</summary>
    /// <exception cref="ProtocolViolationException">It must not be passed on.</exception>
    internal void ObserveRetriever(Pdu pdu)
    {
        if (pdu.Type == PduType.AssociateRequest)
        {
            lock (_gate)
            {
                _retriever = new MessageReader(contexts: null);
                _proposed.UnionWith(
                    AssociatePdu.DecodeRequest(pdu.Body.Span).PresentationContexts.Select(context => context.AbstractSyntax));
            }
        }

        if (pdu.Type != PduType.DataTransfer)
            return;
        var body = pdu.Body.Span;
        while (DataTransfer.TryReadPdv(ref body, out var pdv))
        {
            bool isStored;
            string uid;
            long length;
            lock (_gate)
                isStored = IsStored(pdv, out uid, out length);

            // The callee may take its time: the peer can be observed meanwhile.
            if (isStored)
                InstanceStored?.Invoke(uid, length);
        }
    }

    /// <summary>Whether a fragment of the retriever completes the message that reports an object as stored.</summary>
    private bool IsStored(Pdv pdv, out string uid, out long length)
    {
        (uid, length) = ("", 0);
        return _retriever.Add(pdv) && _tally.TryGetStored(_retriever.Command!, out uid, out length);
    }

    private void Observe(Pdu pdu)
    {
        switch (pdu.Type)
        {
            case PduType.AssociateAccept:
                _peer = new MessageReader(contexts: null);
                _failedList.Clear();
                foreach (var context in AssociatePdu.DecodeAccept(pdu.Body.Span).PresentationContexts)
                    _transferSyntaxes[context.Id] = TransferSyntax.Find(context.TransferSyntax);
                break;
            case PduType.AssociateReject:
                Ending = new AssociationRejectedException(AssociatePdu.DecodeReject(pdu.Body.Span));
                break;
            case PduType.Abort:
                Ending = Association.Aborted(pdu);
                break;
            case PduType.DataTransfer:
                var body = pdu.Body.Span;
                while (DataTransfer.TryReadPdv(ref body, out var pdv))
                    Observe(pdv);
                break;
        }
    }

    private void Observe(Pdv pdv)
    {
        if (_peer.Add(pdv))
        {
            BeginMessage(_peer.Command!);
            Handler?.BeginMessage(pdv.ContextId, _peer.Command!);
        }
        else if (!pdv.IsCommand)
        {
            AddData(_peer.Command?.Field, pdv);
            Handler?.AddData(pdv.Fragment, pdv.IsLast);
        }
    }

    private void BeginMessage(CommandSet command)
    {
        if (command.Field == CommandField.StoreRequest)
        {
            if (Handler is null)
                RetrievePolicy.CheckForProgram(command, Objects, MaximumObjects);
            else
                RetrievePolicy.CheckForHandler(command);
            _tally.Begin(command);
        }
        else if (command.Field == CommandField.GetResponse)
        {
            _tally.Add(command);
        }
    }

    private void AddData(CommandField? field, Pdv pdv)
    {
        if (field == CommandField.StoreRequest)
            _tally.Add(pdv.Fragment.Length, pdv.IsLast);
        else if (field == CommandField.GetResponse && _failedList.Add(pdv.Fragment, pdv.IsLast, out var list))
            FailedSopInstanceUids = ReadFailedList(list, pdv.ContextId);
    }

    private string[] ReadFailedList(ReadOnlySpan<byte> list, byte contextId)
    {
        try
        {
            var transferSyntax = _transferSyntaxes.TryGetValue(contextId, out var known)
                ? known
                : TransferSyntax.ImplicitVRLittleEndian;
            var failed = DatasetReader.Read(list.ToArray(), transferSyntax);
            return [.. failed.GetStrings(Tags.FailedSOPInstanceUIDList).Where(Uid.IsUsable)];
        }
        catch (DicomDataException)
        {
            // It is only a hint: which files are missing is known without it.
            return [];
        }
    }
}
