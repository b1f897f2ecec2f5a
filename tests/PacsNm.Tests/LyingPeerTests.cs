using System.Buffers.Binary;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// A PACS that says what none should, in the acceptance and the matches of a real one with bytes exchanged: each lie ends
/// in ProtocolViolation or in the limit that applies, and nothing stays open. PacsNm.Dicom.Tests has the same for single
/// messages, without a network.
/// </summary>
public sealed class LyingPeerTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Matches_that_repeat_without_end_are_cut_off() => AssertFindEnds("ProtocolViolation", ForeverAsync);

    [Fact]
    public void Matches_without_a_UID_and_without_end_are_cut_off() =>
        AssertFindEnds("ProtocolViolation", ForeverAsync, match => Exchange(match, [0x20, 0x00, 0x0D, 0x00], [0x20, 0x00, 0x0F, 0x00]));

    [Fact]
    public void A_byte_a_second_is_no_message_in_time() => AssertFindEnds("PacsTimeout", async (stream, match) =>
    {
        foreach (var one in match)
        {
            stream.WriteByte(one);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    });

    [Fact]
    public void A_PDU_beyond_the_maximum_length_is_refused() => AssertFindEnds("ProtocolViolation", async (stream, match) =>
    {
        BinaryPrimitives.WriteUInt32BigEndian(match.AsSpan(2), 0x7FFF_FFFF);
        await stream.WriteAsync(match);
    });

    [Fact]
    public void A_context_that_was_not_accepted_is_refused() => AssertFindEnds("ProtocolViolation", async (stream, match) =>
    {
        match[10] = 201;
        await stream.WriteAsync(match);
    });

    [Fact]
    public void An_answer_to_a_message_that_was_never_sent_is_refused() =>
        AssertFindEnds(
            "ProtocolViolation", SendAsync,
            match => Exchange(
                match, [0x00, 0x00, 0x20, 0x01, 0x02, 0x00, 0x00, 0x00, 0x01], [0x00, 0x00, 0x20, 0x01, 0x02, 0x00, 0x00, 0x00, 0x63]));

    [Fact]
    public void A_dataset_that_ends_early_is_refused() =>
        AssertFindEnds("ProtocolViolation", SendAsync, match => Exchange(match, [0x20, 0x00, 0x0D, 0x00], [0x20, 0x00, 0x0D, 0x00, 0xFF]));

    [Fact]
    public void Progress_of_a_retrieval_without_end_ends_at_its_limit()
    {
        // What a real server sends before the first object, and then C-GET-RSP, pending, for ever.
        var server = servers.Of("Orthanc");
        using var proxy = new RecordingProxy(server.Port);
        _engine.Run(
            "Save-PacsStudy -Server $server -StudyInstanceUid $uid -Destination real",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("uid", TestData.NuclearMedicineStudy)).ThrowIfFailed();
        var pdus = ReplayingServer.Pdus(proxy.Received);
        var acceptances = pdus.Where(pdu => pdu[0] == 2).ToArray();
        byte[] pending = [0, 0, 0, 1, 2, 0, 0, 0, 0x10, 0x80];
        var response = pdus.First(pdu => pdu.AsSpan().IndexOf(pending) > 0);
        using var liar = new LyingServer(acceptances[1], stream => ForeverAsync(stream, response));
        var result = _engine.Run(
            "[pscustomobject]@{ StudyInstanceUid = $uid; SeriesInstanceUid = \"$uid.1\"; SopInstanceUid = \"$uid.1.1\" } | "
                + "Save-PacsInstance -Server $server -Destination d -TimeoutSeconds 2",
            ("server", $"{server.AETitle}@127.0.0.1:{liar.Port}"), ("uid", TestData.NuclearMedicineStudy));
        Assert.Equal(["RetrieveTimeout"], result.ErrorIds);
        Assert.Contains("within 2 s", result.AllText, StringComparison.Ordinal);
        LoopbackPort.WaitUntilNoneTo(liar.Port);
        Assert.Empty(SavedFolder.Staging(Path.Combine(_engine.Folder, "d")));
    }

    private void AssertFindEnds(string errorId, Func<Stream, byte[], Task> say, Func<byte[], byte[]>? change = null)
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port);
        _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20210901 -NoModalityLookup",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}")).ThrowIfFailed();
        proxy.WaitUntilAllClosed();

        // The acceptance, then a command and a dataset for the match.
        var pdus = ReplayingServer.Pdus(proxy.Received);
        byte[] match = [.. pdus[1], .. pdus[2]];
        using var liar = new LyingServer(pdus[0], stream => say(stream, change?.Invoke(match) ?? match));
        var result = _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20210901 -NoModalityLookup -DimseTimeoutSeconds 2",
            ("server", $"{server.AETitle}@127.0.0.1:{liar.Port}"));
        Assert.Equal([errorId], result.ErrorIds);
        LoopbackPort.WaitUntilNoneTo(liar.Port);
    }

    private static async Task SendAsync(Stream stream, byte[] bytes) => await stream.WriteAsync(bytes);

    private static async Task ForeverAsync(Stream stream, byte[] bytes)
    {
        while (true)
            await stream.WriteAsync(bytes);
    }

    /// <summary>Exchanges bytes; where the length changes, a length before them is wrong from then on.</summary>
    private static byte[] Exchange(byte[] bytes, byte[] from, byte[] to)
    {
        var at = bytes.AsSpan().IndexOf(from);
        Assert.True(at > 0);
        return [.. bytes[..at], .. to, .. bytes[(at + to.Length)..]];
    }
}
