using System.Buffers.Binary;
using System.Text;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>
/// The command set of a DIMSE message (PS3.7 6.3, annex E). It has its own reader, because it is always in implicit VR little endian
/// and consists of a few short elements. It is immutable, so that all matches of a query may share one.
/// </summary>
public sealed record CommandSet
{
    /// <summary>The longest accepted command set in bytes. Those of the standard are shorter than 1,000.</summary>
    public const int MaximumLength = 16384;

    private const ushort NoDataSet = 0x0101;
    private const ushort SomeDataSet = 0x0001;

    /// <summary>(0000,0100).</summary>
    public required CommandField Field { get; init; }

    /// <summary>(0000,0110) of a request. In a response, (0000,0120) of the request that it answers.</summary>
    public ushort MessageId { get; init; }

    /// <summary>(0000,0002). Some peers send (0000,0003) in a request instead.</summary>
    public string? SopClassUid { get; init; }

    /// <summary>(0000,1000), in C-STORE.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>(0000,0700), in requests: 0 medium, 1 high, 2 low.</summary>
    public ushort? Priority { get; init; }

    /// <summary>(0000,0800): whether a dataset follows.</summary>
    public bool HasDataSet { get; init; }

    /// <summary>(0000,0900), in responses.</summary>
    public DimseStatus Status { get; init; }

    /// <summary>(0000,0902): the comment of the peer, without control characters. It may identify a patient.</summary>
    public string? ErrorComment { get; init; }

    /// <summary>(0000,0901): the elements that the peer rejects; empty if it names none.</summary>
    public IReadOnlyList<Tag> OffendingElements { get; init; } = [];

    /// <summary>(0000,0600): the AE title of the destination of a C-MOVE.</summary>
    public string? MoveDestination { get; init; }

    /// <summary>(0000,1030): the AE title that requested the C-MOVE of a C-STORE.</summary>
    public string? MoveOriginatorAETitle { get; init; }

    /// <summary>(0000,1031): the message ID of the C-MOVE of a C-STORE.</summary>
    public ushort? MoveOriginatorMessageId { get; init; }

    /// <summary>(0000,1020), (0000,1021), (0000,1023), (0000,1022): counts that the peer reports. They are only hints.</summary>
    public SubOperationCounts? SubOperations { get; init; }

    /// <summary>Whether bit 15 of the command field marks a response.</summary>
    public bool IsResponse => ((ushort)Field & 0x8000) != 0;

    /// <summary>Reads a command set.</summary>
    /// <exception cref="ProtocolViolationException">An element extends beyond the end, or the command field is absent.</exception>
    public static CommandSet Decode(ReadOnlySpan<byte> bytes)
    {
        CommandField? field = null;
        ushort messageId = 0, respondedTo = 0, dataSetType = NoDataSet, status = 0;
        ushort? priority = null, originatorId = null, remaining = null, completed = null, failed = null, warning = null;
        string? affectedClass = null, requestedClass = null, instance = null;
        string? comment = null, destination = null, originator = null;
        Tag[] offending = [];
        while (!bytes.IsEmpty)
        {
            var value = ReadElement(ref bytes, out var tag);
            switch (tag)
            {
                case 0x0000_0002: affectedClass = Text(value); break;
                case 0x0000_0003: requestedClass = Text(value); break;
                case 0x0000_0100: field = (CommandField)Number(value, tag); break;
                case 0x0000_0110: messageId = Number(value, tag); break;
                case 0x0000_0120: respondedTo = Number(value, tag); break;
                case 0x0000_0600: destination = Text(value); break;
                case 0x0000_0700: priority = Number(value, tag); break;
                case 0x0000_0800: dataSetType = Number(value, tag); break;
                case 0x0000_0900: status = Number(value, tag); break;
                case 0x0000_0901: offending = ReadTags(value); break;
                case 0x0000_0902: comment = ControlCharacters.Remove(Text(value)); break;
                case 0x0000_1000: instance = Text(value); break;
                case 0x0000_1020: remaining = Number(value, tag); break;
                case 0x0000_1021: completed = Number(value, tag); break;
                case 0x0000_1022: failed = Number(value, tag); break;
                case 0x0000_1023: warning = Number(value, tag); break;
                case 0x0000_1030: originator = Text(value); break;
                case 0x0000_1031: originatorId = Number(value, tag); break;
            }
        }

        var known = field ?? throw new ProtocolViolationException("A command set has no Command Field (0000,0100).");
        var isResponse = ((ushort)known & 0x8000) != 0 || known == CommandField.CancelRequest;
        return new CommandSet
        {
            Field = known,
            MessageId = isResponse ? respondedTo : messageId,
            SopClassUid = affectedClass ?? requestedClass,
            SopInstanceUid = instance,
            Priority = priority,
            HasDataSet = dataSetType != NoDataSet,
            Status = new DimseStatus(status),
            ErrorComment = comment,
            OffendingElements = offending,
            MoveDestination = destination,
            MoveOriginatorAETitle = originator,
            MoveOriginatorMessageId = originatorId,
            SubOperations = remaining is null && completed is null && failed is null && warning is null
                ? null
                : new SubOperationCounts(remaining, completed ?? 0, failed ?? 0, warning ?? 0),
        };
    }

    /// <summary>Encodes the command set, beginning with its group length (0000,0000).</summary>
    public byte[] Encode()
    {
        // A C-CANCEL identifies its request in the same way as a response (PS3.7 9.3.2.3).
        var answers = IsResponse || Field == CommandField.CancelRequest;
        var command = new Dataset();
        if (SopClassUid is not null)
            command.Set(Tags.AffectedSOPClassUID, SopClassUid);
        command.Set(Tags.CommandField, (ushort)Field);
        command.Set(answers ? Tags.MessageIDBeingRespondedTo : Tags.MessageID, MessageId);
        if (MoveDestination is not null)
            command.Set(Tags.MoveDestination, MoveDestination);
        if (Priority is { } priority)
            command.Set(Tags.Priority, priority);
        command.Set(Tags.CommandDataSetType, HasDataSet ? SomeDataSet : NoDataSet);
        if (IsResponse)
            command.Set(Tags.Status, Status.Code);
        if (OffendingElements.Count > 0)
            command.Set(Tags.OffendingElement, VR.AT, WriteTags(OffendingElements));
        if (ErrorComment is not null)
            command.Set(Tags.ErrorComment, ErrorComment);
        if (SopInstanceUid is not null)
            command.Set(Tags.AffectedSOPInstanceUID, SopInstanceUid);
        if (SubOperations is { } counts)
        {
            if (counts.Remaining is { } left)
                command.Set(Tags.NumberOfRemainingSuboperations, left);
            command.Set(Tags.NumberOfCompletedSuboperations, counts.Completed);
            command.Set(Tags.NumberOfFailedSuboperations, counts.Failed);
            command.Set(Tags.NumberOfWarningSuboperations, counts.Warning);
        }

        if (MoveOriginatorAETitle is not null)
            command.Set(Tags.MoveOriginatorApplicationEntityTitle, MoveOriginatorAETitle);
        if (MoveOriginatorMessageId is { } originatorId)
            command.Set(Tags.MoveOriginatorMessageID, originatorId);
        return DatasetWriter.WriteCommandSet(command);
    }

    private static ReadOnlySpan<byte> ReadElement(ref ReadOnlySpan<byte> bytes, out uint tag)
    {
        const int headerLength = 8;
        if (bytes.Length < headerLength)
            throw new ProtocolViolationException("A command set ends within the header of an element.");
        tag = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)
            | BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(2));
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(4));
        if (length > bytes.Length - headerLength)
            throw new ProtocolViolationException($"Element {Name(tag)} reaches beyond its command set.");
        var value = bytes.Slice(headerLength, (int)length);
        bytes = bytes.Slice(headerLength + (int)length);
        return value;
    }

    private static ushort Number(ReadOnlySpan<byte> value, uint tag) =>
        value.Length >= 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(value)
            : throw new ProtocolViolationException($"Element {Name(tag)} of a command set has no number.");

    private static Tag[] ReadTags(ReadOnlySpan<byte> value)
    {
        var tags = new Tag[value.Length / 4];
        for (var index = 0; index < tags.Length; index++)
        {
            var bytes = value.Slice(4 * index);
            tags[index] = new Tag(BinaryPrimitives.ReadUInt16LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(2)));
        }

        return tags;
    }

    private static byte[] WriteTags(IReadOnlyList<Tag> tags) =>
        [.. tags.SelectMany(tag => new[] { (byte)tag.Group, (byte)(tag.Group >> 8), (byte)tag.Element, (byte)(tag.Element >> 8) })];

    private static string Text(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty && value[value.Length - 1] is 0 or (byte)' ')
            value = value.Slice(0, value.Length - 1);
#if NET
        return Encoding.ASCII.GetString(value);
#else
        return Encoding.ASCII.GetString(value.ToArray());
#endif
    }

    private static string Name(uint tag) => new Tag((ushort)(tag >> 16), (ushort)tag).ToString();
}

/// <summary>The progress of a C-GET or C-MOVE that the peer reports (PS3.7 9.1.3, 9.1.4).</summary>
/// <param name="Remaining">Not yet sent. Absent in a final response.</param>
/// <param name="Completed">Sent without an error.</param>
/// <param name="Failed">Not sent.</param>
/// <param name="Warning">Sent with a warning.</param>
public sealed record SubOperationCounts(ushort? Remaining, ushort Completed, ushort Failed, ushort Warning);
