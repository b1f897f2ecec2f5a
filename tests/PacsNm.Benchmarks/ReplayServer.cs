using System.Net;
using System.Net.Sockets;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Benchmarks;

/// <summary>
/// Answers each C-FIND with the same responses, encoded beforehand: fast enough not to be the limit of any client.
/// </summary>
internal sealed class ReplayServer : IDisposable
{
    /// <summary>The ID of a client's first message: findscu's is 1, and ours too.</summary>
    private const ushort FirstMessageId = 1;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _matches;
    private readonly byte[] _final;

    /// <param name="count">How many studies it has.</param>
    public ReplayServer(int count)
    {
        _final = Encode(DimseStatus.Success, null);
        using var matches = new MemoryStream();
        for (var number = 1; number <= count; number++)
            matches.Write(Encode(DimseStatus.Pending, Match(number)));
        _matches = matches.ToArray();
        _listener.Start();
        _ = AcceptAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private static Dataset Match(int number)
    {
        var match = new Dataset();
        match.Set(Tags.SpecificCharacterSet, "ISO_IR 100");
        match.Set(Tags.StudyDate, "20210901");
        match.Set(Tags.StudyTime, "101530");
        match.Set(Tags.AccessionNumber, $"ACC{number:D8}");
        match.Set(Tags.QueryRetrieveLevel, "STUDY");
        match.Set(Tags.InstanceAvailability, number % 2 == 0 ? "ONLINE" : "NEARLINE");
        match.Set(Tags.ModalitiesInStudy, number % 10 == 0 ? @"NM\KO" : "CT");
        match.Set(Tags.ReferringPhysicianName, "ZZBench^Referrer");
        match.Set(Tags.StudyDescription, "Synthetic study");
        match.Set(Tags.PatientName, $"ZZBench^Number{number}");
        match.Set(Tags.PatientID, $"BENCH-{number:D8}");
        match.Set(Tags.PatientBirthDate, "19500101");
        match.Set(Tags.PatientSex, "O");
        match.Set(Tags.StudyInstanceUID, $"2.25.300000000000000000000000000000000001.{number}");
        match.Set(Tags.StudyID, $"{number}");
        match.Set(Tags.NumberOfStudyRelatedSeries, "3");
        match.Set(Tags.NumberOfStudyRelatedInstances, "12");
        return match;
    }

    /// <summary>A C-FIND-RSP as P-DATA-TF PDUs in context 1, command and dataset each in one, as DCMTK sends them.</summary>
    private static byte[] Encode(DimseStatus status, Dataset? match)
    {
        var command = new CommandSet
        {
            Field = CommandField.FindResponse,
            MessageId = FirstMessageId,
            SopClassUid = "1.2.840.10008.5.1.4.1.2.2.1",
            Status = status,
            HasDataSet = match is not null,
        };
        var pdus = Pdu(command.Encode(), control: 3);
        return match is null ? pdus : [.. pdus, .. Pdu(DatasetWriter.Write(match, TransferSyntax.ImplicitVRLittleEndian), control: 2)];
    }

    private static byte[] Pdu(byte[] fragment, byte control)
    {
        var length = fragment.Length + 2;
        return
            [4, 0, 0, 0, (byte)((length + 4) >> 8), (byte)(length + 4), 0, 0, (byte)(length >> 8), (byte)length, 1, control, .. fragment];
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var association = await Association.AcceptAsync(
                socket.ToPduStream(),
                request => new AssociateAccept
                {
                    CalledAETitle = request.CalledAETitle,
                    CallingAETitle = request.CallingAETitle,
                    PresentationContexts = [.. request.PresentationContexts.Select(context => new PresentationContextResult(
                        context.Id, PresentationContextAnswer.Acceptance, TransferSyntax.ImplicitVRLittleEndian.Uid))],
                },
                new NetworkTimeouts(),
                CancellationToken.None);
            while (await association.ReceiveAsync(CancellationToken.None) is not null)
            {
                await SendAllAsync(socket, _matches);
                await SendAllAsync(socket, _final);
            }
        }
        catch (DicomNetworkException)
        {
        }
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }
}
