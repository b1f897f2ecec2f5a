using System.Buffers.Binary;
using System.Text;

namespace PacsNm.Dicom.Network;

/// <summary>Encodes and decodes A-ASSOCIATE-RQ and A-ASSOCIATE-AC (PS3.8 9.3.2, 9.3.3; PS3.7 D.3.3). No IO.</summary>
internal static partial class AssociatePdu
{
    /// <summary>The number of bytes before the items: version, reserved, two AE titles, 32 reserved.</summary>
    private const int FixedLength = 68;

    /// <summary>The length in bytes of an AE title in these PDUs, padded with spaces.</summary>
    private const int AETitleLength = 16;

    /// <summary>The most items of one PDU. The contexts that the standard allows need 130.</summary>
    private const int MaximumItemCount = 512;

    private enum ItemType : byte
    {
        ApplicationContext = 0x10,
        PresentationContext = 0x20,
        PresentationContextResult = 0x21,
        AbstractSyntax = 0x30,
        TransferSyntax = 0x40,
        UserInformation = 0x50,
        MaximumLength = 0x51,
        ImplementationClassUid = 0x52,
        RoleSelection = 0x54,
        ImplementationVersionName = 0x55,
    }

    public static byte[] Encode(AssociateRequest request) =>
        Encode(
            PduType.AssociateRequest,
            request.ProtocolVersion,
            request.CalledAETitle,
            request.CallingAETitle,
            items =>
            {
                WriteText(items, ItemType.ApplicationContext, request.ApplicationContext);
                foreach (var context in request.PresentationContexts)
                {
                    WriteItem(items, ItemType.PresentationContext, body =>
                    {
                        body.Write([context.Id, 0, 0, 0], 0, 4);
                        WriteText(body, ItemType.AbstractSyntax, context.AbstractSyntax);
                        foreach (var transferSyntax in context.TransferSyntaxes)
                            WriteText(body, ItemType.TransferSyntax, transferSyntax);
                    });
                }

                WriteUserInformation(items, request.UserInformation);
            });

    public static byte[] Encode(AssociateAccept accept) =>
        Encode(
            PduType.AssociateAccept,
            1,
            accept.CalledAETitle,
            accept.CallingAETitle,
            items =>
            {
                WriteText(items, ItemType.ApplicationContext, AssociateRequest.DicomApplicationContext);
                foreach (var context in accept.PresentationContexts)
                {
                    WriteItem(items, ItemType.PresentationContextResult, body =>
                    {
                        body.Write([context.Id, 0, (byte)context.Result, 0], 0, 4);
                        WriteText(body, ItemType.TransferSyntax, context.TransferSyntax);
                    });
                }

                WriteUserInformation(items, accept.UserInformation);
            });

    private static byte[] Encode(
        PduType type,
        ushort version,
        string called,
        string calling,
        Action<MemoryStream> writeItems)
    {
        using var body = new MemoryStream();
        body.Write(new byte[Pdu.HeaderLength + FixedLength], 0, Pdu.HeaderLength + FixedLength);
        writeItems(body);
        var pdu = body.ToArray();
        Pdu.WriteHeader(pdu, type, pdu.Length - Pdu.HeaderLength);
        var fixedPart = pdu.AsSpan(Pdu.HeaderLength, FixedLength);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, version);
        WriteAETitle(fixedPart.Slice(4, AETitleLength), called);
        WriteAETitle(fixedPart.Slice(20, AETitleLength), calling);
        return pdu;
    }

    private static void WriteAETitle(Span<byte> destination, string title)
    {
        destination.Fill((byte)' ');
        Encoding.ASCII.GetBytes(title).AsSpan().CopyTo(destination);
    }

    private static void WriteUserInformation(MemoryStream stream, UserInformation user) =>
        WriteItem(stream, ItemType.UserInformation, body =>
        {
            WriteItem(body, ItemType.MaximumLength, length =>
            {
                var bytes = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(bytes, user.MaximumLength);
                length.Write(bytes, 0, bytes.Length);
            });
            WriteText(body, ItemType.ImplementationClassUid, user.ImplementationClassUid);
            foreach (var role in user.RoleSelections)
            {
                WriteItem(body, ItemType.RoleSelection, selection =>
                {
                    var uid = Encoding.ASCII.GetBytes(role.SopClassUid);
                    selection.Write([0, (byte)uid.Length], 0, 2);
                    selection.Write(uid, 0, uid.Length);
                    selection.Write([(byte)(role.Scu ? 1 : 0), (byte)(role.Scp ? 1 : 0)], 0, 2);
                });
            }

            if (user.ImplementationVersionName is { } name)
                WriteText(body, ItemType.ImplementationVersionName, name);
        });

    private static void WriteText(MemoryStream stream, ItemType type, string text) =>
        WriteItem(stream, type, body =>
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            body.Write(bytes, 0, bytes.Length);
        });

    /// <summary>Writes an item: its type, a reserved byte, two bytes of length, its body (PS3.8 9.3.2.1).</summary>
    private static void WriteItem(MemoryStream stream, ItemType type, Action<MemoryStream> writeBody)
    {
        var start = stream.Position;
        stream.Write([(byte)type, 0, 0, 0], 0, 4);
        writeBody(stream);
        var end = stream.Position;
        var length = checked((ushort)(end - start - 4));
        stream.Position = start + 2;
        stream.Write([(byte)(length >> 8), (byte)length], 0, 2);
        stream.Position = end;
    }
}
