using System.Buffers.Binary;
using System.Text;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <content>Decodes PDUs.</content>
internal static partial class AssociatePdu
{
    public static AssociateRequest DecodeRequest(ReadOnlySpan<byte> body)
    {
        var (version, called, calling, items) = ReadFixedPart(body);
        var applicationContext = "";
        var contexts = new List<PresentationContext>();
        var user = new UserInformation();
        while (items.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case ItemType.ApplicationContext:
                    applicationContext = Text(value);
                    break;
                case ItemType.PresentationContext:
                    contexts.Add(ReadContext(value));
                    break;
                case ItemType.UserInformation:
                    user = ReadUserInformation(value);
                    break;
            }
        }

        return new AssociateRequest
        {
            ProtocolVersion = version,
            CalledAETitle = called,
            CallingAETitle = calling,
            ApplicationContext = applicationContext,
            PresentationContexts = contexts,
            UserInformation = user,
        };
    }

    public static AssociateAccept DecodeAccept(ReadOnlySpan<byte> body)
    {
        var (_, called, calling, items) = ReadFixedPart(body);
        var contexts = new List<PresentationContextResult>();
        var user = new UserInformation();
        while (items.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case ItemType.PresentationContextResult:
                    contexts.Add(ReadContextResult(value));
                    break;
                case ItemType.UserInformation:
                    user = ReadUserInformation(value);
                    break;
            }
        }

        return new AssociateAccept
        {
            CalledAETitle = called,
            CallingAETitle = calling,
            PresentationContexts = contexts,
            UserInformation = user,
        };
    }

    /// <summary>The body of an A-ASSOCIATE-RJ (PS3.8 9.3.4).</summary>
    public static AssociateReject DecodeReject(ReadOnlySpan<byte> body) =>
        body.Length >= 4
            ? new AssociateReject(body[1], body[2], body[3])
            : throw new ProtocolViolationException($"An A-ASSOCIATE-RJ has {body.Length} bytes where 4 are needed.");

    private static FixedPart ReadFixedPart(ReadOnlySpan<byte> body)
    {
        if (body.Length < FixedLength)
        {
            throw new ProtocolViolationException(
                $"An A-ASSOCIATE PDU has {body.Length} bytes where at least {FixedLength} are needed.");
        }

        return new FixedPart
        {
            Version = BinaryPrimitives.ReadUInt16BigEndian(body),
            Called = Text(body.Slice(4, AETitleLength)),
            Calling = Text(body.Slice(20, AETitleLength)),
            Items = new ItemReader(body.Slice(FixedLength)),
        };
    }

    private static PresentationContext ReadContext(ReadOnlySpan<byte> value)
    {
        var items = new ItemReader(Behind(value, 4, "presentation context"));
        var abstractSyntax = "";
        var transferSyntaxes = new List<string>();
        while (items.TryRead(out var type, out var item))
        {
            if (type == ItemType.AbstractSyntax)
                abstractSyntax = Text(item);
            else if (type == ItemType.TransferSyntax)
                transferSyntaxes.Add(Text(item));
        }

        return new PresentationContext(value[0], abstractSyntax, transferSyntaxes);
    }

    private static PresentationContextResult ReadContextResult(ReadOnlySpan<byte> value)
    {
        var items = new ItemReader(Behind(value, 4, "presentation context"));
        var transferSyntax = "";
        while (items.TryRead(out var type, out var item))
        {
            if (type == ItemType.TransferSyntax)
                transferSyntax = Text(item);
        }

        return new PresentationContextResult(value[0], (PresentationContextAnswer)value[2], transferSyntax);
    }

    private static UserInformation ReadUserInformation(ReadOnlySpan<byte> value)
    {
        var items = new ItemReader(value);
        var user = new UserInformation
        {
            MaximumLength = 0,
            ImplementationClassUid = "",
            ImplementationVersionName = null,
        };
        var roles = new List<RoleSelection>();
        while (items.TryRead(out var type, out var item))
        {
            switch (type)
            {
                case ItemType.MaximumLength when item.Length >= 4:
                    user = user with { MaximumLength = BinaryPrimitives.ReadUInt32BigEndian(item) };
                    break;
                case ItemType.ImplementationClassUid:
                    user = user with { ImplementationClassUid = Text(item) };
                    break;
                case ItemType.ImplementationVersionName:
                    user = user with { ImplementationVersionName = Text(item) };
                    break;
                case ItemType.RoleSelection:
                    roles.Add(ReadRole(item));
                    break;
            }
        }

        return user with { RoleSelections = roles };
    }

    private static RoleSelection ReadRole(ReadOnlySpan<byte> item)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(Behind(item, 0, "role selection", 2));
        var rest = Behind(item, 2, "role selection", length + 2);
        return new RoleSelection(Text(rest.Slice(0, length)), rest[length] == 1, rest[length + 1] == 1);
    }

    /// <summary>The bytes after <paramref name="offset"/>, at least <paramref name="needed"/> of them.</summary>
    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> value, int offset, string item, int needed = 0) =>
        value.Length >= offset + needed
            ? value.Slice(offset)
            : throw new ProtocolViolationException(
                $"A {item} item has {value.Length} bytes where {offset + needed} are needed.");

    /// <summary>ASCII text without the padding that peers add. A control character, which is not allowed here, becomes U+FFFD.</summary>
    private static string Text(ReadOnlySpan<byte> bytes) =>
        ControlCharacters.Clean(Encoding.ASCII.GetString(bytes.ToArray()).Trim(' ', '\0'), VR.AE);

    private ref struct FixedPart
    {
        public ushort Version { get; init; }

        public string Called { get; init; }

        public string Calling { get; init; }

        public ItemReader Items { get; init; }

        public readonly void Deconstruct(out ushort version, out string called, out string calling, out ItemReader items)
        {
            version = Version;
            called = Called;
            calling = Calling;
            items = Items;
        }
    }

    private ref struct ItemReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private int _count;

        public bool TryRead(out ItemType type, out ReadOnlySpan<byte> value)
        {
            if (_rest.IsEmpty)
            {
                type = default;
                value = default;
                return false;
            }

            if (++_count > MaximumItemCount)
                throw new ProtocolViolationException($"An A-ASSOCIATE PDU has more than {MaximumItemCount} items.");
            type = (ItemType)_rest[0];
            var length = _rest.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(_rest.Slice(2)) : int.MaxValue;
            if (length > _rest.Length - 4)
            {
                throw new ProtocolViolationException(
                    $"An item of type 0x{(byte)type:X2} reaches beyond its A-ASSOCIATE PDU.");
            }

            value = _rest.Slice(4, length);
            _rest = _rest.Slice(4 + length);
            return true;
        }
    }
}
