using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Benchmarks;

/// <summary>
/// An archive of the workloads that has nothing to read and little to encode: the pixels of all objects are the same
/// block, sent again and again. Fast enough not to be the limit of any client.
/// </summary>
internal sealed class ReplayArchive : IDisposable
{
    /// <summary>PDUs of pixels that are sent at a time.</summary>
    private const int PdusAtATime = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ReplayArchive()
    {
        _listener.Start();
        _ = AcceptAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private static AssociateAccept Accept(AssociateRequest request) => new()
    {
        CalledAETitle = request.CalledAETitle,
        CallingAETitle = request.CallingAETitle,
        PresentationContexts = [.. request.PresentationContexts.Select(context => new PresentationContextResult(
            context.Id,
            context.TransferSyntaxes.Contains(TransferSyntax.ExplicitVRLittleEndian.Uid)
                ? PresentationContextAnswer.Acceptance
                : PresentationContextAnswer.TransferSyntaxesNotSupported,
            TransferSyntax.ExplicitVRLittleEndian.Uid))],
        UserInformation = new UserInformation { RoleSelections = request.UserInformation.RoleSelections },
    };

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        try
        {
            using var association = await Association.AcceptAsync(socket.ToPduStream(), Accept, new NetworkTimeouts(), default);
            while (await association.ReceiveAsync(default) is { } message)
            {
                var identifier = DatasetReader.Read(message.Data, TransferSyntax.ExplicitVRLittleEndian);
                await (message.Command.Field == CommandField.FindRequest
                    ? AnswerFindAsync(association, message, identifier)
                    : AnswerGetAsync(association, socket, message, identifier));
            }
        }
        catch (DicomNetworkException)
        {
        }
    }

    private static async Task AnswerFindAsync(Association association, DimseMessage request, Dataset identifier)
    {
        var study = identifier.GetString(Tags.StudyInstanceUID) ?? "";
        var matches = identifier.GetString(Tags.QueryRetrieveLevel) switch
        {
            "STUDY" => Workload.OfDate(identifier.GetString(Tags.StudyDate))
                .SelectMany(workload => workload.StudyUids.Select(uid => Study(workload, uid))),
            "SERIES" => [Series(study)],
            _ => Enumerable.Range(1, Workload.Of(study)?.Objects ?? 0).Select(number => Instance(study, number)),
        };
        foreach (var match in matches)
            await RespondAsync(association, request, DimseStatus.Pending, match);
        await RespondAsync(association, request, DimseStatus.Success, null);
    }

    private static Dataset Study(Workload workload, string uid)
    {
        var match = new Dataset();
        match.Set(Tags.StudyDate, workload.StudyDate);
        match.Set(Tags.ModalitiesInStudy, "NM");
        match.Set(Tags.StudyInstanceUID, uid);
        match.Set(Tags.NumberOfStudyRelatedInstances, $"{workload.Objects}");
        return match;
    }

    private static Dataset Series(string study)
    {
        var match = new Dataset();
        match.Set(Tags.SeriesInstanceUID, Workload.SeriesUid(study));
        return match;
    }

    private static Dataset Instance(string study, int number)
    {
        var match = Series(study);
        match.Set(Tags.SOPClassUID, Workload.SopClass);
        match.Set(Tags.SOPInstanceUID, Workload.SopInstanceUid(study, number));
        return match;
    }

    private static Task RespondAsync(Association association, DimseMessage request, DimseStatus status, Dataset? match) =>
        association.SendAsync(
            request.ContextId,
            new CommandSet
            {
                Field = (CommandField)((ushort)request.Command.Field | 0x8000),
                MessageId = request.Command.MessageId,
                SopClassUid = request.Command.SopClassUid,
                Status = status,
                HasDataSet = match is not null,
                SubOperations = request.Command.Field == CommandField.GetRequest ? new SubOperationCounts(null, 1, 0, 0) : null,
            },
            match is null ? default : DatasetWriter.Write(match, TransferSyntax.ExplicitVRLittleEndian),
            default);

    private static async Task AnswerGetAsync(Association association, Socket socket, DimseMessage request, Dataset identifier)
    {
        var context = association.ContextOf(Workload.SopClass).Id;
        var maximum = (int)Math.Min(
            association.Peer.MaximumLength == 0 ? Pdu.DefaultMaximumLength : association.Peer.MaximumLength, Pdu.DefaultMaximumLength);
        var pixels = MakePdu(context, 0, new byte[maximum - 6]);
        byte[] several = [.. Enumerable.Repeat(pixels, PdusAtATime).SelectMany(pdu => pdu)];
        foreach (var study in identifier.GetStrings(Tags.StudyInstanceUID).SelectMany(uid => uid.Split('\\')))
        {
            var workload = Workload.Of(study)!;
            for (var number = 1; number <= workload.Objects; number++)
            {
                var command = new CommandSet
                {
                    Field = CommandField.StoreRequest,
                    MessageId = (ushort)number,
                    SopClassUid = Workload.SopClass,
                    SopInstanceUid = Workload.SopInstanceUid(study, number),
                    Priority = 0,
                    HasDataSet = true,
                };
                await SendAsync(
                    socket, workload, [.. MakePdu(context, 3, command.Encode()), .. MakePdu(context, 0, workload.Header(study, number))],
                    several, context);
                await association.ReceiveAsync(default);
            }
        }

        await RespondAsync(association, request, DimseStatus.Success, null);
    }

    private static async Task SendAsync(Socket socket, Workload workload, byte[] head, byte[] several, byte context)
    {
        var one = several.Length / PdusAtATime;
        var fragment = one - 12;
        var left = workload.PixelBytes;
        if (left > fragment)
            await SendAllAsync(socket, head);
        while (left > fragment)
        {
            var pdus = Math.Min((left - 1) / fragment, PdusAtATime);
            await SendAllAsync(socket, several.AsMemory(0, pdus * one));
            left -= pdus * fragment;
        }

        var last = MakePdu(context, 2, new byte[left]);
        await SendAllAsync(socket, workload.PixelBytes > fragment ? last : [.. head, .. last]);
    }

    private static byte[] MakePdu(byte context, byte control, byte[] fragment)
    {
        var pdu = new byte[12 + fragment.Length];
        Pdu.WriteHeader(pdu, PduType.DataTransfer, fragment.Length + 6);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(6), (uint)fragment.Length + 2);
        pdu[10] = context;
        pdu[11] = control;
        fragment.CopyTo(pdu, 12);
        return pdu;
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }
}
