using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>The release of an association (PS3.8 7.2): a peer that does not answer costs neither time nor an error.</summary>
public sealed class ReleaseTests
{
    private static readonly byte[] ReleaseRequest = Bytes.Of("05 00 00 00 00 04 00 00 00 00");
    private static readonly byte[] ReleaseResponse = Bytes.Of("06 00 00 00 00 04 00 00 00 00");
    private static readonly byte[] ReleaseRequestAndAbort = [.. ReleaseRequest, .. Bytes.Of("07 00 00 00 00 04 00 00 00 00")];

    /// <summary>All other waits are without end: a test that used one of them would not end.</summary>
    private static readonly NetworkTimeouts OnlyRelease = new()
    {
        Acse = Timeout.InfiniteTimeSpan,
        Dimse = Timeout.InfiniteTimeSpan,
        Drain = Timeout.InfiniteTimeSpan,
        Release = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public void The_usual_limit_is_one_second() => Assert.Equal(TimeSpan.FromSeconds(1), new NetworkTimeouts().Release);

    [Fact]
    public async Task A_peer_that_answers_is_released()
    {
        var peer = new ScriptedStream([.. DimseTests.Accept, .. ReleaseResponse]);
        Assert.Equal(ReleaseRequest, await WrittenAtReleaseAsync(peer));
    }

    [Fact]
    public async Task A_silent_peer_is_aborted_after_the_limit_of_the_release()
    {
        var peer = new ScriptedStream(DimseTests.Accept, isSilent: true);
        Assert.Equal(ReleaseRequestAndAbort, await WrittenAtReleaseAsync(peer));
    }

    [Fact]
    public async Task A_peer_that_closes_is_no_error()
    {
        var peer = new ScriptedStream(DimseTests.Accept);
        Assert.Equal(ReleaseRequestAndAbort, await WrittenAtReleaseAsync(peer));
    }

    [Fact]
    public async Task A_peer_that_answers_nonsense_is_no_error()
    {
        var peer = new ScriptedStream([.. DimseTests.Accept, .. new byte[20]]);
        Assert.Equal(ReleaseRequestAndAbort, await WrittenAtReleaseAsync(peer));
    }

    [Fact]
    public async Task A_peer_that_sends_without_end_is_aborted_after_the_limit()
    {
        var peer = new ScriptedStream(DimseTests.Accept, forever: DataPdu.Of(1, isCommand: false, isLast: false, new byte[100]));
        Assert.Equal(ReleaseRequestAndAbort, await WrittenAtReleaseAsync(peer));
    }

    [Fact]
    public async Task A_stop_aborts_at_once()
    {
        var peer = new ScriptedStream(DimseTests.Accept, isSilent: true);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.Equal(ReleaseRequestAndAbort, await WrittenAtReleaseAsync(peer, Timeout.InfiniteTimeSpan, stopped));
    }

    /// <summary>Establishes and releases an association.</summary>
    private static async Task<byte[]> WrittenAtReleaseAsync(
        ScriptedStream peer,
        TimeSpan? limit = null,
        CancellationTokenSource? stop = null)
    {
        var request = new AssociateRequest
        {
            CalledAETitle = "PACS",
            CallingAETitle = "ME",
            PresentationContexts =
                [new PresentationContext(1, InformationModel.StudyRoot.FindSopClass(), [TransferSyntax.ImplicitVRLittleEndian.Uid])],
        };
        var timeouts = OnlyRelease with { Release = limit ?? OnlyRelease.Release };
        using var association = await Association.RequestAsync(new PduStream(peer), request, timeouts, default);
        var before = peer.Written.Length;
        await association.ReleaseAsync(stop?.Token ?? default);
        Assert.False(association.IsOpen);
        return peer.Written[before..];
    }
}
