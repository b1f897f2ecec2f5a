using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>PDUs on vectors written out from PS3.8 9.3 and PS3.7 D.3.3, each way through a stream in memory.</summary>
public sealed class PduTests
{
    private const string Reserved32 = "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000";

    /// <summary>C-ECHO's context, maximum length 16384, a role, two names.</summary>
    private const string RequestBody = $"""
        00 01 00 00 'PACS            ' 'ME              ' {Reserved32}
        10 00 00 15 '1.2.840.10008.3.1.1.1'
        20 00 00 2E 01 00 00 00
           30 00 00 11 '1.2.840.10008.1.1'
           40 00 00 11 '1.2.840.10008.1.2'
        50 00 00 28
           51 00 00 04 00 00 40 00
           52 00 00 03 '1.2'
           54 00 00 0E 00 0A '1.2.840.10' 01 01
           55 00 00 03 'ABC'
        """;

    private static readonly NetworkTimeouts Soon = new() { Acse = TimeSpan.FromSeconds(5), Dimse = TimeSpan.FromSeconds(5) };

    [Fact]
    public async Task An_association_request_is_written_as_PS3_8_says()
    {
        var peer = new ScriptedStream([]);
        await Assert.ThrowsAsync<AssociationAbortedException>(() => Association.RequestAsync(
            new PduStream(peer), Request(), Soon, CancellationToken.None));
        Assert.Equal(Bytes.Of($"01 00 00 00 00 BB {RequestBody}"), peer.Written);
    }

    [Fact]
    public async Task An_association_request_is_read_as_PS3_8_says()
    {
        var peer = new ScriptedStream(Bytes.Of($"01 00 00 00 00 BB {RequestBody}"));
        AssociateRequest? read = null;
        await Assert.ThrowsAsync<AssociationRejectedException>(() => Association.AcceptAsync(
            new PduStream(peer),
            request =>
            {
                read = request;
                throw new AssociationRejectedException(AssociateReject.CalledAETitleNotRecognized);
            },
            Soon,
            CancellationToken.None));
        Assert.NotNull(read);
        Assert.Equal(("PACS", "ME"), (read.CalledAETitle, read.CallingAETitle));
        Assert.Equal("1.2.840.10008.1.1", Assert.Single(read.PresentationContexts).AbstractSyntax);
        Assert.Equal(new RoleSelection("1.2.840.10", true, true), Assert.Single(read.UserInformation.RoleSelections));
        Assert.Equal(16384u, read.UserInformation.MaximumLength);
        Assert.Equal("ABC", read.UserInformation.ImplementationVersionName);

        // A-ASSOCIATE-RJ: result 1, source 1, reason 7 (PS3.8 9.3.4).
        Assert.Equal(Bytes.Of("03 00 00 00 00 04 00 01 01 07"), peer.Written);
    }

    [Fact]
    public async Task A_rejection_is_told_in_the_words_of_the_standard()
    {
        var exception = await Assert.ThrowsAsync<AssociationRejectedException>(() => RequestAsync("03 00 00 00 00 04 00 02 03 02"));
        Assert.True(exception.Reject!.IsTransient);
        Assert.Contains("local limit exceeded", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("08 00 00 00 00 00", "type 0x08")]
    [InlineData("04 00 FF FF FF FF", "maximum length of 131072")]
    [InlineData("03 00 00 00 00 02 00 01", "where 4 are needed")]
    [InlineData("02 00 00 00 00 03 00 01 00", "at least 68")]
    [InlineData("05 00 00 00 00 04 00 00 00 00", "ReleaseRequest")]
    public async Task An_answer_that_is_no_PDU_is_a_violation_that_names_the_field(string written, string named)
    {
        var exception = await Assert.ThrowsAsync<ProtocolViolationException>(() => RequestAsync(written));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("21 00 00 08 03 00 00 00 40 00 00 00", "was answered but not proposed")]
    [InlineData("21 00 00 0B 01 00 00 00 40 00 00 03 '1.2'", "not proposed")]
    [InlineData("21 00 00 19 01 00 00 00 40 00 00 11 '1.2.840.10008.1.2' 21 00 00 19 01 00 00 00 40 00 00 11 '1.2.840.10008.1.2'", "twice")]
    [InlineData("21 00 FF FF 01 00 00 00", "reaches beyond")]
    public async Task An_acceptance_of_what_was_not_proposed_is_a_violation(string items, string named)
    {
        var body = Bytes.Of($"00 01 00 00 'PACS            ' 'ME              ' {Reserved32} {items}");
        var exception = await Assert.ThrowsAsync<ProtocolViolationException>(
            () => RequestAsync([2, 0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body]));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_ends_in_the_limit_of_the_association()
    {
        var exception = await Assert.ThrowsAsync<PeerTimeoutException>(() => Association.RequestAsync(
            new PduStream(new ScriptedStream([], isSilent: true)),
            Request(),
            Soon with { Acse = TimeSpan.FromMilliseconds(100) },
            CancellationToken.None));
        Assert.Equal(NetworkPhase.Acse, exception.Phase);
    }

    [Theory]
    [InlineData("", typeof(AssociationAbortedException), "before it answered the association request")]
    [InlineData("15 03 03 00 02 02 28", typeof(ProtocolViolationException), "TLS")]
    [InlineData("48 54 54 50 2F 31 2E 31", typeof(ProtocolViolationException), "0x48")]
    [InlineData("03 00 00 00 00 04 00 01 01 07", typeof(AssociationRejectedException), "called AE title")]
    [InlineData("07 00 00 00 00 04 00 00 02 00", typeof(AssociationAbortedException), "A-ABORT")]
    public async Task What_fails_in_the_association_says_so(string answer, Type expected, string named)
    {
        var exception = (DicomNetworkException)await Assert.ThrowsAsync(expected, () => RequestAsync(answer));
        Assert.Equal(NetworkPhase.Acse, exception.Phase);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_steers_a_terminal_is_read_without_control_characters()
    {
        var body = Bytes.Of($"""
            00 01 00 00 'PACS            ' 'ME              ' {Reserved32}
            21 00 00 19 01 00 00 00 40 00 00 11 '1.2.840.10008.1.2'
            50 00 00 12 51 00 00 04 00 00 40 00 55 00 00 06 'A' 1B '[2J' 07
            """);
        using var association = await RequestAsync([2, 0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body]);
        Assert.Equal("A\uFFFD[2J\uFFFD", association.Peer.ImplementationVersionName);
    }

    [Fact]
    public async Task One_byte_at_a_time_ends_in_the_limit_too()
    {
        byte[] slow = [2, 0, 0, 0, 0, 200, .. new byte[994]];
        var peer = new ScriptedStream(slow, byteDelay: TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAsync<PeerTimeoutException>(() => Association.RequestAsync(
            new PduStream(peer), Request(), Soon with { Acse = TimeSpan.FromMilliseconds(300) }, CancellationToken.None));
    }

    private static AssociateRequest Request() => new()
    {
        CalledAETitle = "PACS",
        CallingAETitle = "ME",
        PresentationContexts = [new PresentationContext(1, "1.2.840.10008.1.1", ["1.2.840.10008.1.2"])],
        UserInformation = new UserInformation
        {
            MaximumLength = 16384,
            ImplementationClassUid = "1.2",
            ImplementationVersionName = "ABC",
            RoleSelections = [new RoleSelection("1.2.840.10", true, true)],
        },
    };

    private static Task<Association> RequestAsync(string written) => RequestAsync(Bytes.Of(written));

    private static Task<Association> RequestAsync(byte[] answer) =>
        Association.RequestAsync(new PduStream(new ScriptedStream(answer)), Request(), Soon, CancellationToken.None);
}
