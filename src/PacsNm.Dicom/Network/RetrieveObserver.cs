using System.Diagnostics;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Observes the answer of a peer to a C-GET: the objects, the final status and the causes of failures. It stops messages that must not be
/// relayed. Counters may be read from another thread during the retrieval. No IO.
/// </summary>
public sealed class RetrieveObserver
{
    /// <summary>The length of a dataset that was not transferred completely.</summary>
    public const long Unfinished = -1;

    /// <summary>The longest accepted list of failed SOP instances in bytes: 64 for each of 65,535, and some more.</summary>
    private const int MaximumFailedListLength = 8 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly RetrieveTally _tally = new();
    private readonly MessagePart _failedList = new(MaximumFailedListLength, "list of failed SOP instances");
    private readonly HashSet<string> _proposed = [];
    private readonly Dictionary<byte, TransferSyntax> _transferSyntaxes = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _requested;
    private TimeSpan _begun;
    private long _length;
    private volatile bool _isEnded;
    private bool _isReceiving;
    private Action? _afterObject;
    private MessageReader _peer = new(contexts: null);
    private MessageReader _retriever = new(contexts: null);

    /// <summary>The number of dataset bytes transferred.</summary>
    public long Bytes => _tally.Bytes;

    /// <summary>The number of objects transferred completely.</summary>
    public int Objects => _tally.Objects;

    /// <summary>
    /// The length in bytes of each transferred dataset by SOP Instance UID; <see cref="Unfinished"/> if the transfer was not completed. For
    /// an instance that arrived more than once it is the latest length; see <see cref="LengthsOf"/>. Read it after the transfer has ended.
    /// </summary>
    public IReadOnlyDictionary<string, long> DatasetLengths => _tally.LatestLengths;

    /// <summary>The final status of the C-GET on the latest association; null until it arrives.</summary>
    public DimseStatus? FinalStatus => _tally.FinalStatus;

    /// <summary>
    /// The failure that ended the C-GET on the latest association, with the Error Comment and Offending Element of the peer; null if there
    /// is none.
    /// </summary>
    public DimseFailureException? Failure => _tally.Failure;

    /// <summary>
    /// The counts of the latest response that contained any; null after an association that ended without counts. Objects from earlier
    /// associations count as completed, and not as failed in the latest one.
    /// </summary>
    public SubOperationCounts? SubOperations => _tally.SubOperations;

    /// <summary>
    /// Failed SOP Instance UID List (0008,0058) of the final response, without UIDs that are not usable (<see cref="Uid.IsUsable"/>).
    /// </summary>
    public IReadOnlyList<string> FailedSopInstanceUids { get; private set; } = [];

    /// <summary>Called when the peer has accepted an association, before the request is sent. It must be quick.</summary>
    public Action? Associated { get; init; }

    /// <summary>Whether the final response on the latest association has arrived, including its dataset if it has one.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>The abort with which the peer ended the association; null if there was none.</summary>
    public DicomNetworkException? Ending { get; private set; }

    /// <summary>The abstract syntaxes that the retriever proposed; empty if it proposed none.</summary>
    public IReadOnlyCollection<string> ProposedSopClasses => _proposed;

    /// <summary>
    /// Called with the SOP Instance UID and the dataset length of each object that the retriever has acknowledged, which means that the
    /// object is in its file. It is called on the thread that relays the acknowledgement.
    /// </summary>
    public Action<string, long>? InstanceStored { get; init; }

    /// <summary>Called for each object that has arrived, with the times that it took. It must be quick.</summary>
    public Action<ObjectTimes>? ObjectTimed { get; init; }

    /// <summary>The most objects. The next one ends the association, unless <see cref="Handler"/> ends it in an orderly way.</summary>
    public int MaximumObjects { get; init; } = int.MaxValue;

    /// <summary>Receives the messages of the peer if this assembly is the receiver; null if a program is.</summary>
    internal IRetrieveHandler? Handler { get; set; }

    /// <summary>
    /// The length in bytes of each transferred dataset of one SOP Instance UID, in order of arrival, with values as in
    /// <see cref="DatasetLengths"/>; empty if there is none. Read it after the transfer has ended.
    /// </summary>
    public IReadOnlyList<long> LengthsOf(string sopInstanceUid) => _tally.LengthsOf(sopInstanceUid);

    /// <summary>
    /// Calls an action once no object is on its way any more: now, or when the receiver has the one that is. An object that never comes to
    /// its end does not call it.
    /// </summary>
    public void AfterObject(Action action)
    {
        lock (_gate)
        {
            if (_isReceiving)
            {
                _afterObject = action;
                return;
            }
        }

        action();
    }

    /// <summary>
    /// Begins an operation on an association, and discards the incomplete messages of an earlier one. A fragment that is out of place in it
    /// is a protocol violation.
    /// </summary>
    internal void BeginAssociation(IReadOnlyDictionary<byte, AcceptedContext> contexts) =>
        Begin(new MessageReader(contexts), contexts.Values);

    /// <summary>The same for an association whose other end is a program. The two ends check each other.</summary>
    internal void BeginRelay(IEnumerable<AcceptedContext> contexts) => Begin(new MessageReader(contexts: null), contexts);

    private void Begin(MessageReader reader, IEnumerable<AcceptedContext> contexts)
    {
        lock (_gate)
        {
            _isEnded = false;
            _isReceiving = false;
            Ending = null;
            _peer = reader;
            _failedList.Clear();
            _tally.BeginAssociation();
            foreach (var context in contexts)
                _transferSyntaxes[context.Id] = context.TransferSyntax;
        }

        Associated?.Invoke();
    }

    /// <summary>Records that a request or an acknowledgement was sent, to which the peer responds with the next object.</summary>
    internal void Requested()
    {
        lock (_gate)
            _requested = _clock.Elapsed;
    }

    /// <summary>Observes a PDU of the peer.</summary>
    /// <exception cref="ProtocolViolationException">The PDU must not be relayed.</exception>
    internal void ObservePeer(Pdu pdu)
    {
        lock (_gate)
            Observe(pdu);
        EndObject();
    }

    /// <summary>Observes a PDU of the retriever.</summary>
    /// <exception cref="ProtocolViolationException">The PDU must not be relayed.</exception>
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
        Requested();
        var body = pdu.Body.Span;
        while (DataTransfer.TryReadPdv(ref body, out var pdv))
        {
            bool isStored;
            string uid;
            long length;
            lock (_gate)
                isStored = IsStored(pdv, out uid, out length);

            // The callback may be slow. It is called outside the lock, so that the peer can be observed meanwhile.
            if (isStored)
                InstanceStored?.Invoke(uid, length);
        }

        EndObject();
    }

    /// <summary>Calls what waits for the end of an object.</summary>
    private void EndObject()
    {
        Action? action;
        lock (_gate)
        {
            if (_isReceiving || _afterObject is null)
                return;
            (action, _afterObject) = (_afterObject, null);
        }

        action();
    }

    /// <summary>Whether a fragment of the retriever completes a message that acknowledges an object as stored.</summary>
    private bool IsStored(Pdv pdv, out string uid, out long length)
    {
        (uid, length) = ("", 0);
        if (!_retriever.Add(pdv))
            return false;

        // Whatever it answers, it has done with the object.
        if (_retriever.Command!.Field == CommandField.StoreResponse)
            _isReceiving = false;
        return _tally.TryGetStored(_retriever.Command, out uid, out length);
    }

    private void Observe(Pdu pdu)
    {
        switch (pdu.Type)
        {
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
            if (pdv.IsLast && Handler is not null)
                _isReceiving = false;
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
            _isReceiving = command.HasDataSet;
            (_begun, _length) = (_clock.Elapsed, 0);
        }
        else if (command.Field == CommandField.GetResponse)
        {
            _tally.Add(command);
            _isEnded = IsFinal(command) && !command.HasDataSet;
        }
    }

    private static bool IsFinal(CommandSet response) => response.Status.Class != DimseStatusClass.Pending;

    private void AddData(CommandField? field, Pdv pdv)
    {
        if (field == CommandField.StoreRequest)
        {
            _tally.Add(pdv.Fragment.Length, pdv.IsLast);
            _length += pdv.Fragment.Length;
            if (pdv.IsLast)
                ObjectTimed?.Invoke(new ObjectTimes(_begun - _requested, _clock.Elapsed - _begun, _length));
        }

        if (field != CommandField.GetResponse)
            return;
        if (_failedList.Add(pdv.Fragment, pdv.IsLast, out var list))
            FailedSopInstanceUids = ReadFailedList(list, pdv.ContextId);
        _isEnded = pdv.IsLast && IsFinal(_peer.Command!);
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
            // The list is only a hint. Missing files are known without it.
            return [];
        }
    }
}
