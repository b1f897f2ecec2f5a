using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>DIMSE messages on vectors written out from PS3.7 9.3 and annex E.</summary>
public sealed class DimseTests
{
    /// <summary>A-ASSOCIATE-AC with Study Root FIND in context 1, implicit VR little endian, maximum length 16384.</summary>
    internal static readonly byte[] Accept = WithLength(2, """
        00 01 00 00 'PACS            ' 'ME              ' 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
        21 00 00 19 01 00 00 00 40 00 00 11 '1.2.840.10008.1.2'
        50 00 00 08 51 00 00 04 00 00 40 00
        """);

    /// <summary>C-FIND-RSP to message 1, pending (0xFF00), with a dataset.</summary>
    private const string PendingCommand = """
        00 00 00 00 04 00 00 00 26 00 00 00
        00 00 00 01 02 00 00 00 20 80
        00 00 20 01 02 00 00 00 01 00
        00 00 00 08 02 00 00 00 01 00
        00 00 00 09 02 00 00 00 00 FF
        """;

    private const string SuccessCommand = """
        00 00 00 01 02 00 00 00 20 80
        00 00 20 01 02 00 00 00 01 00
        00 00 00 08 02 00 00 00 01 01
        00 00 00 09 02 00 00 00 00 00
        """;

    /// <summary>The same to message 9.</summary>
    private static readonly string OtherCommand =
        SuccessCommand.Replace("20 01 02 00 00 00 01 00", "20 01 02 00 00 00 09 00", StringComparison.Ordinal);

    private static readonly byte[] Pending = DataPdu.Of(1, true, true, Bytes.Of(PendingCommand));

    private const string Match = "20 00 0D 00 04 00 00 00 '1.2' 00";

    [Fact]
    public void A_command_set_is_read_from_the_bytes_of_annex_E()
    {
        var command = CommandSet.Decode(Bytes.Of(PendingCommand));
        Assert.Equal((CommandField.FindResponse, (ushort)1, true), (command.Field, command.MessageId, command.HasDataSet));
        Assert.Equal(DimseStatus.Pending, command.Status);
    }

    [Fact]
    public void What_a_peer_says_about_a_failure_is_read_and_is_not_in_the_message()
    {
        const string offending = "01 09 08 00 00 00 08 00 20 00 10 00 10 00";
        const string comment = "02 09 18 00 00 00 'DOE^JANE' 1B '[2J has no date'";
        var command = CommandSet.Decode(Bytes.Of($"""
            00 00 00 01 02 00 00 00 20 80
            00 00 20 01 02 00 00 00 01 00
            00 00 00 08 02 00 00 00 01 01
            00 00 00 09 02 00 00 00 00 A9
            00 00 {offending}
            00 00 {comment}
            """));
        var failure = new DimseFailureException("C-FIND", command);
        Assert.Equal([Tags.StudyDate, Tags.PatientName], failure.OffendingElements);
        Assert.Equal("DOE^JANE[2J has no date", failure.ErrorComment);
        Assert.Equal("C-FIND ended with status 0xA900 (identifier does not match SOP class).", failure.Message);
        Assert.Equal([Tags.StudyDate, Tags.PatientName], CommandSet.Decode(command.Encode()).OffendingElements);
    }

    [Fact]
    public void A_C_ECHO_request_is_written_as_annex_E_says() => Assert.Equal(
        Bytes.Of("""
            00 00 00 00 04 00 00 00 38 00 00 00
            00 00 02 00 12 00 00 00 '1.2.840.10008.1.1' 00
            00 00 00 01 02 00 00 00 30 00
            00 00 10 01 02 00 00 00 07 00
            00 00 00 08 02 00 00 00 01 01
            """),
        new CommandSet { Field = CommandField.EchoRequest, MessageId = 7, SopClassUid = "1.2.840.10008.1.1" }.Encode());

    [Fact]
    public async Task Matches_are_taken_out_of_fragments_however_they_are_cut()
    {
        var command = Bytes.Of(PendingCommand);
        byte[] stream =
        [
            .. Accept,
            .. DataPdu.Of(1, true, false, command[..10]), .. DataPdu.Of(1, true, true, command[10..]),
            .. DataPdu.Of(1, false, false, Bytes.Of(Match)[..3]), .. DataPdu.Of(1, false, true, Bytes.Of(Match)[3..]),
            .. DataPdu.Of(1, true, true, Bytes.Of(SuccessCommand)),
        ];
        var operation = await StartAsync(stream);
        var match = await operation.NextAsync(CancellationToken.None);
        Assert.Equal("1.2", match!.GetString(Tags.StudyInstanceUID));
        Assert.Null(await operation.NextAsync(CancellationToken.None));
        Assert.Equal(DimseStatus.Success, operation.FinalStatus);
    }

    public static TheoryData<string, string> Violations => new()
    {
        { "a context that was not accepted", Convert.ToHexString(DataPdu.Of(3, true, true, Bytes.Of(SuccessCommand))) },
        { "an answer to a message never sent", Convert.ToHexString(DataPdu.Of(1, true, true, Bytes.Of(OtherCommand))) },
        { "a dataset without its command", Convert.ToHexString(DataPdu.Of(1, false, true, Bytes.Of(Match))) },
        { "a command where a dataset is due", Convert.ToHexString([.. Pending, .. DataPdu.Of(1, true, true, Bytes.Of(SuccessCommand))]) },
        { "a dataset that ends early", Convert.ToHexString([.. Pending, .. DataPdu.Of(1, false, true, Bytes.Of(Match)[..9])]) },
        { "a command without a field", Convert.ToHexString(DataPdu.Of(1, true, true, Bytes.Of("00 00 00 09 02 00 00 00 00 00"))) },
        { "a value that reaches beyond its PDU", Convert.ToHexString(Bytes.Of("04 00 00 00 00 06 00 00 FF FF 01 03")) },
        { "a value too short for its header", Convert.ToHexString(Bytes.Of("04 00 00 00 00 06 00 00 00 01 01 03")) },
        { "an acceptance in the middle", Convert.ToHexString(Accept) },
    };

    [Theory, MemberData(nameof(Violations))]
    public async Task A_peer_that_breaks_the_protocol_is_cut_off(string what, string stream)
    {
        Assert.NotEmpty(what);
        var peer = new ScriptedStream([.. Accept, .. Convert.FromHexString(stream)]);
        var operation = await StartAsync(peer);
        await Assert.ThrowsAsync<ProtocolViolationException>(async () =>
        {
            while (await operation.NextAsync(CancellationToken.None) is not null)
            {
            }
        });
        Assert.Equal(Bytes.Of("07 00 00 00 00 04 00 00"), peer.Written[^10..^2]);
    }

    [Fact]
    public async Task A_failure_is_told_by_its_status_and_not_by_the_comment()
    {
        var command = SuccessCommand.Replace("09 02 00 00 00 00 00", "09 02 00 00 00 00 A7", StringComparison.Ordinal)
            + "00 00 02 09 0C 00 00 00 'Name^Patient'";
        var operation = await StartAsync([.. Accept, .. DataPdu.Of(1, true, true, Bytes.Of(command))]);
        var exception = await Assert.ThrowsAsync<DimseFailureException>(async () => await operation.NextAsync(CancellationToken.None));
        Assert.Equal("Name^Patient", exception.ErrorComment);
        Assert.Contains("0xA700", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Patient", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_keeps_to_the_maximum_length_of_the_peer()
    {
        byte[] accept = [.. Accept];
        accept[^2] = 0;
        accept[^1] = 128;
        var peer = new ScriptedStream(accept);
        var identifier = new Dataset();
        identifier.Set(Tags.StudyDescription, new string('x', 1000));
        await QueryOperation.StartAsync(await AssociateAsync(peer), InformationModel.StudyRoot, identifier, CancellationToken.None);
        var written = peer.Written.AsSpan(6 + (peer.Written[4] << 8) + peer.Written[5]);
        while (!written.IsEmpty)
        {
            var length = (written[4] << 8) + written[5];
            Assert.InRange(length, 1, 128);
            written = written[(6 + length)..];
        }
    }

    private static byte[] WithLength(byte type, string body)
    {
        var bytes = Bytes.Of(body);
        return [type, 0, 0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    private static Task<QueryOperation> StartAsync(byte[] stream) => StartAsync(new ScriptedStream(stream));

    private static async Task<QueryOperation> StartAsync(ScriptedStream peer) =>
        await QueryOperation.StartAsync(await AssociateAsync(peer), InformationModel.StudyRoot, new Dataset(), CancellationToken.None);

    private static Task<Association> AssociateAsync(ScriptedStream peer) => Association.RequestAsync(
        new PduStream(peer),
        new AssociateRequest
        {
            CalledAETitle = "PACS",
            CallingAETitle = "ME",
            PresentationContexts = [new PresentationContext(1, InformationModel.StudyRoot.FindSopClass(), ["1.2.840.10008.1.2"])],
        },
        new NetworkTimeouts(),
        CancellationToken.None);
}
