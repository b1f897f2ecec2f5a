using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>
/// Reads along while a peer answers a C-GET: what it sends, how it ends, and why. Counters may be read from another
/// thread while it works. No IO.
/// </summary>
public sealed class RetrieveObserver
{
    /// <summary>The longest list of failed SOP instances that is read, in bytes: 64 for each of 65,535 and a little.</summary>
    private const int MaximumFailedListLength = 8 * 1024 * 1024;

    /// <summary>The length of a dataset that began to pass and did not end.</summary>
    public const long Unfinished = -1;

    private readonly object _gate = new();
    private readonly MemoryStream _command = new();
    private readonly MemoryStream _answer = new();
    private readonly Dictionary<ushort, string> _stores = [];
    private readonly HashSet<string> _proposed = [];
    private readonly MemoryStream _failedList = new();
    private readonly Dictionary<byte, TransferSyntax> _transferSyntaxes = [];
    private readonly Dictionary<string, long> _lengths = [];
    private CommandSet? _current;
    private SubOperationCounts? _earlier;
    private bool _hasCounted;
    private long _currentLength;
    private long _bytes;
    private int _objects;

    /// <summary>Bytes of datasets that have passed.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Objects that have passed whole.</summary>
    public int Objects => Volatile.Read(ref _objects);

    /// <summary>
    /// The length in bytes of each dataset that has passed, by SOP Instance UID; <see cref="Unfinished"/> of one that has
    /// not passed whole. To be read when all has passed.
    /// </summary>
    public IReadOnlyDictionary<string, long> DatasetLengths => _lengths;

    /// <summary>The final status of the C-GET on the latest association; null while there is none.</summary>
    public DimseStatus? FinalStatus { get; private set; }

    /// <summary>
    /// The failure that the C-GET ended with on the latest association, with the peer's Error Comment and Offending Element;
    /// null where there is none.
    /// </summary>
    public DimseFailureException? Failure { get; private set; }

    /// <summary>
    /// The counts of the latest response that had any, until another association ends without. What an earlier association
    /// brought is counted as completed, and not among what failed in this one.
    /// </summary>
    public SubOperationCounts? SubOperations { get; private set; }

    /// <summary>Failed SOP Instance UID List (0008,0058) of the final response, as far as <see cref="Uid.IsUsable"/> is true.</summary>
    public IReadOnlyList<string> FailedSopInstanceUids { get; private set; } = [];

    /// <summary>How the peer ended the association before its time; null if it did not.</summary>
    public DicomNetworkException? Ending { get; private set; }

    /// <summary>The abstract syntaxes that the retriever proposed; empty if it did not come to that.</summary>
    public IReadOnlyCollection<string> ProposedSopClasses => _proposed;

    /// <summary>
    /// Called with the SOP Instance UID and the dataset's length of each object that the retriever has answered for: it is
    /// in its file. Called on the thread that passes the answer on.
    /// </summary>
    public Action<string, long>? InstanceStored { get; init; }

    /// <summary>Is told what the peer sends, where something else than a program takes it; null for nobody.</summary>
    internal IRetrieveHandler? Handler { get; set; }

    /// <summary>How many objects may pass; the next one ends the association, where nobody ends it in better order.</summary>
    public int MaximumObjects { get; init; } = int.MaxValue;

    /// <summary>
    /// Begins with an association whose establishment the observer has not seen. What one before it left half said is
    /// forgotten.
    /// </summary>
    internal void BeginAssociation(IEnumerable<AcceptedContext> contexts)
    {
        lock (_gate)
        {
            _current = null;
            _command.SetLength(0);
            _failedList.SetLength(0);
            _earlier = SubOperations ?? _earlier;
            _hasCounted = false;
            FinalStatus = null;
            Failure = null;
            foreach (var context in contexts)
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
                _proposed.UnionWith(AssociatePdu.DecodeRequest(pdu.Body.Span).PresentationContexts.Select(context => context.AbstractSyntax));
        }

        if (pdu.Type != PduType.DataTransfer)
            return;
        var body = pdu.Body.Span;
        while (DataTransfer.TryReadPdv(ref body, out var pdv))
        {
            string? stored;
            long length;
            lock (_gate)
                stored = ObserveAnswer(pdv, out length);

            // Who is told may take his time: the peer can be observed meanwhile.
            if (stored is not null)
                InstanceStored?.Invoke(stored, length);
        }
    }

    /// <summary>The SOP Instance UID of an object that the retriever has answered for with this fragment, and its length.</summary>
    private string? ObserveAnswer(Pdv pdv, out long length)
    {
        length = 0;
        if (!pdv.IsCommand)
            return null;
        Append(_answer, pdv.Fragment, CommandSet.MaximumLength, "command set");
        if (!pdv.IsLast)
            return null;
        var answer = CommandSet.Decode(_answer.GetBuffer().AsSpan(0, (int)_answer.Length));
        _answer.SetLength(0);
        if (answer.Field != CommandField.StoreResponse || !_stores.TryGetValue(answer.MessageId, out var uid)
            || answer.Status.Class is not (DimseStatusClass.Success or DimseStatusClass.Warning))
        {
            return null;
        }

        length = _lengths[uid];
        return uid;
    }

    private void Observe(Pdu pdu)
    {
        switch (pdu.Type)
        {
            case PduType.AssociateAccept:
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
        if (!pdv.IsCommand)
        {
            ObserveData(pdv);
            return;
        }

        Append(_command, pdv.Fragment, CommandSet.MaximumLength, "command set");
        if (!pdv.IsLast)
            return;
        _current = CommandSet.Decode(_command.GetBuffer().AsSpan(0, (int)_command.Length));
        _command.SetLength(0);
        _currentLength = 0;
        if (_current.Field == CommandField.StoreRequest)
        {
            if (Handler is null)
                RetrievePolicy.CheckForProgram(_current, Objects, MaximumObjects);
            else
                RetrievePolicy.CheckForHandler(_current);
            _lengths[_current.SopInstanceUid!] = Unfinished;
            _stores[_current.MessageId] = _current.SopInstanceUid!;
        }

        if (_current.Field == CommandField.GetResponse)
        {
            if (_current.SubOperations is { } counts)
            {
                SubOperations = Sum(counts);
                _hasCounted = true;
            }

            if (_current.Status.Class != DimseStatusClass.Pending)
            {
                FinalStatus = _current.Status;
                Failure = _current.Status.Class == DimseStatusClass.Failure ? new DimseFailureException("C-GET", _current) : null;
                if (!_hasCounted)
                    SubOperations = null;
            }
        }

        Handler?.BeginMessage(pdv.ContextId, _current);
    }

    private void ObserveData(Pdv pdv)
    {
        if (_current?.Field == CommandField.StoreRequest)
        {
            Interlocked.Add(ref _bytes, pdv.Fragment.Length);
            _currentLength += pdv.Fragment.Length;
            if (pdv.IsLast)
            {
                _lengths[_current.SopInstanceUid!] = _currentLength;
                Interlocked.Increment(ref _objects);
            }
        }
        else if (_current?.Field == CommandField.GetResponse)
        {
            Append(_failedList, pdv.Fragment, MaximumFailedListLength, "list of failed SOP instances");
            if (pdv.IsLast)
                FailedSopInstanceUids = ReadFailedList(pdv.ContextId);
        }

        Handler?.AddData(pdv.ContextId, pdv.Fragment, pdv.IsLast);
    }

    private SubOperationCounts Sum(SubOperationCounts counts)
    {
        if (_earlier is null)
            return counts;

        // A PACS that fails fewer than came before does not count what it had no context for.
        var before = _earlier.Completed + _earlier.Warning;
        return counts with
        {
            Completed = (ushort)Math.Min(ushort.MaxValue, counts.Completed + _earlier.Completed),
            Failed = (ushort)(counts.Failed >= before ? counts.Failed - before : counts.Failed),
            Warning = (ushort)Math.Min(ushort.MaxValue, counts.Warning + _earlier.Warning),
        };
    }

    private string[] ReadFailedList(byte contextId)
    {
        try
        {
            var transferSyntax = _transferSyntaxes.TryGetValue(contextId, out var known)
                ? known
                : TransferSyntax.ImplicitVRLittleEndian;
            var list = DatasetReader.Read(_failedList.ToArray(), transferSyntax);
            return [.. list.GetStrings(Tags.FailedSOPInstanceUIDList).Where(Uid.IsUsable)];
        }
        catch (DicomDataException)
        {
            // A hint and no more: which files are missing is known without it.
            return [];
        }
        finally
        {
            _failedList.SetLength(0);
        }
    }

    private static void Append(MemoryStream part, ReadOnlySpan<byte> fragment, int bound, string name)
    {
        if (part.Length + fragment.Length > bound)
            throw new ProtocolViolationException($"A {name} is longer than the bound of {bound} bytes.");
#if NET
        part.Write(fragment);
#else
        part.Write(fragment.ToArray(), 0, fragment.Length);
#endif
    }
}

/// <summary>Takes what a peer sends in answer to a C-GET, message by message and fragment by fragment.</summary>
internal interface IRetrieveHandler
{
    /// <summary>A command set has come whole; its dataset follows if it has one.</summary>
    void BeginMessage(byte contextId, CommandSet command);

    /// <summary>A fragment of a dataset has come.</summary>
    void AddData(byte contextId, ReadOnlySpan<byte> fragment, bool isLast);
}
