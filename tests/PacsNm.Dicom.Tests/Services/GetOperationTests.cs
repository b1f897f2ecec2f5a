using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Tests.Network;

namespace PacsNm.Dicom.Tests.Services;

/// <summary>What a C-GET does with peers that misbehave.</summary>
public sealed class GetOperationTests
{
    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task A_full_disk_is_answered_with_out_of_resources_and_the_peer_is_asked_to_stop()
    {
        var statuses = new List<DimseStatus>();
        var isCancelled = false;
        using var peer = new GetPeer(async (association, _, request) =>
        {
            for (ushort number = 1; number <= 3 && !isCancelled; number++)
            {
                await association.SendAsync(3, Instance.Store(number, $"1.2.{number}"), new byte[1000], Never);
                var answer = (await association.ReceiveAsync(Never))!.Command;
                statuses.Add(answer.Status);
                if (answer.Status != DimseStatus.Success)
                    isCancelled = (await association.ReceiveAsync(Never))!.Command.Field == CommandField.CancelRequest;
            }

            await association.SendAsync(1, Instance.End(request, DimseStatus.Cancel), default, Never);
        });
        var writes = 0;
        var receiver = new CountingReceiver { OnWrite = () => _ = ++writes == 2 ? throw new IOException("No space left on device") : 0 };
        await Assert.ThrowsAsync<IOException>(() => peer.GetAsync(receiver, new RetrieveObserver(), Never));
        Assert.Equal([DimseStatus.Success, DimseStatus.OutOfResources], statuses);
        Assert.True(isCancelled);
        Assert.Equal((2, 1, 1), (receiver.Begun, receiver.Ended, receiver.Abandoned));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.*")]
    [InlineData(@"1.2\1.3")]
    [InlineData("1.2\u001B3")]
    public async Task A_SOP_Instance_UID_that_is_not_usable_never_reaches_the_receiver(string uid)
    {
        using var peer = new GetPeer((association, _, _) => association.SendAsync(3, Instance.Store(1, uid), new byte[10], Never));
        var receiver = new CountingReceiver();
        await Assert.ThrowsAsync<ProtocolViolationException>(() => peer.GetAsync(receiver, new RetrieveObserver(), Never));
        Assert.Equal(0, receiver.Begun);
    }

    [Theory]
    [InlineData("1.2.A-b")]
    [InlineData("1.2.3..4 x")]
    [InlineData("no UID at all")]
    public async Task One_that_breaks_the_standard_and_is_usable_is_received_and_answered_as_it_is(string uid)
    {
        string? answered = null;
        using var peer = new GetPeer(async (association, _, request) =>
        {
            await association.SendAsync(3, Instance.Store(1, uid), new byte[10], Never);
            answered = (await association.ReceiveAsync(Never))!.Command.SopInstanceUid;
            await association.SendAsync(1, Instance.End(request, DimseStatus.Success), default, Never);
        });
        var receiver = new CountingReceiver();
        var observer = new RetrieveObserver();
        await peer.GetAsync(receiver, observer, Never);
        Assert.Equal((1, uid, uid), (receiver.Ended, receiver.LastUid, answered));
        Assert.Equal([uid], observer.DatasetLengths.Keys);
    }

    [Fact]
    public async Task An_instance_in_the_context_of_the_C_GET_itself_is_out_of_place()
    {
        using var peer = new GetPeer((association, _, _) => association.SendAsync(1, Instance.Store(1, "1.2.3"), new byte[10], Never));
        await Assert.ThrowsAsync<ProtocolViolationException>(() => peer.GetAsync(new CountingReceiver(), new RetrieveObserver(), Never));
    }

    [Fact]
    public async Task A_peer_that_does_not_heed_C_CANCEL_is_cut_off()
    {
        var seen = new List<CommandField>();
        using var stopping = new CancellationTokenSource();
        using var peer = new GetPeer(async (association, _, _) =>
        {
            stopping.Cancel();
            seen.Add((await association.ReceiveAsync(Never))!.Command.Field);
            await association.ReceiveAsync(Never);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => peer.GetAsync(new CountingReceiver(), new RetrieveObserver(), stopping.Token));
        await Assert.ThrowsAsync<AssociationAbortedException>(() => peer.Script);
        Assert.Equal([CommandField.CancelRequest], seen);
    }

    [Fact]
    public async Task As_many_objects_as_are_wanted_come_and_no_more()
    {
        using var peer = new GetPeer(async (association, _, request) =>
        {
            for (ushort number = 1; number <= 2; number++)
            {
                await association.SendAsync(3, Instance.Store(number, $"1.2.{number}"), new byte[10], Never);
                Assert.Equal(CommandField.StoreResponse, (await association.ReceiveAsync(Never))!.Command.Field);
            }

            Assert.Equal(CommandField.CancelRequest, (await association.ReceiveAsync(Never))!.Command.Field);
            await association.SendAsync(3, Instance.Store(3, "1.2.3"), new byte[10], Never);
            Assert.Equal(DimseStatus.OutOfResources, (await association.ReceiveAsync(Never))!.Command.Status);
            await association.SendAsync(1, Instance.End(request, DimseStatus.Cancel), default, Never);
        });
        var receiver = new CountingReceiver();
        await peer.GetAsync(receiver, new RetrieveObserver { MaximumObjects = 2 }, Never);
        Assert.Equal((2, 2), (receiver.Begun, receiver.Ended));
        await peer.Script;
    }

    [Fact]
    public async Task What_one_association_left_half_said_is_nothing_to_the_next()
    {
        var observer = new RetrieveObserver();
        using (var first = new GetPeer(async (association, stream, request) =>
        {
            var response = Instance.End(request, DimseStatus.Pending) with { SubOperations = new SubOperationCounts(1, 0, 3, 0) };
            await association.SendAsync(1, response, default, Never);
            stream.Write(DataPdu.Of(3, isCommand: true, isLast: false, Instance.Store(1, "1.2.3").Encode()[..20]));
            association.Abort(AbortSource.ServiceUser);
        }))
        {
            await Assert.ThrowsAsync<AssociationAbortedException>(() => first.GetAsync(new CountingReceiver(), observer, Never));
        }

        using var second = new GetPeer(
            (association, _, request) => association.SendAsync(1, Instance.End(request, DimseStatus.Success), default, Never));
        await second.GetAsync(new CountingReceiver(), observer, Never);
        Assert.Equal(DimseStatus.Success, observer.FinalStatus);
        Assert.Null(observer.SubOperations);
    }

    [Theory]
    [InlineData(4, 6, 1)]
    [InlineData(1, 1, 1)]
    public async Task What_another_association_brought_has_not_failed_where_it_was_counted(ushort before, ushort after, ushort failed)
    {
        var observer = new RetrieveObserver();
        foreach (var counts in new SubOperationCounts[] { new(null, 5, before, 0), new(null, 3, after, 0) })
        {
            using var peer = new GetPeer((association, _, request) => association.SendAsync(
                1, Instance.End(request, new DimseStatus(0xB000)) with { SubOperations = counts }, default, Never));
            await peer.GetAsync(new CountingReceiver(), observer, Never);
        }

        Assert.Equal(new SubOperationCounts(null, 8, failed, 0), observer.SubOperations);
    }

    [Fact]
    public async Task What_an_association_reported_stands_until_the_next_one_reports()
    {
        var observer = new RetrieveObserver();
        var counts = new SubOperationCounts(null, 5, 2, 0);
        using (var first = new GetPeer((association, _, request) => association.SendAsync(
            1, Instance.End(request, new DimseStatus(0xB000)) with { SubOperations = counts }, default, Never)))
        {
            await first.GetAsync(new CountingReceiver(), observer, Never);
        }

        using var second = new GetPeer((association, _, _) =>
        {
            association.Abort(AbortSource.ServiceUser);
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<AssociationAbortedException>(() => second.GetAsync(new CountingReceiver(), observer, Never));
        Assert.Null(observer.FinalStatus);
        Assert.Equal(counts, observer.SubOperations);
    }

    [Fact]
    public async Task A_receiver_that_takes_its_time_is_no_silence_of_the_peer()
    {
        using var peer = new GetPeer(async (association, _, request) =>
        {
            await association.SendAsync(3, Instance.Store(1, "1.2.3"), new byte[10], Never);
            await association.ReceiveAsync(Never);
            await association.SendAsync(1, Instance.End(request, DimseStatus.Success), default, Never);
        });
        var receiver = new CountingReceiver { OnWrite = () => Thread.Sleep(2 * GetPeer.IdleLimit) };
        await peer.GetAsync(receiver, new RetrieveObserver(), Never);
        Assert.Equal(1, receiver.Ended);
    }

    [Fact]
    public async Task A_stop_before_the_request_sends_neither_it_nor_a_C_CANCEL()
    {
        var seen = new List<CommandField>();
        using var stopping = new CancellationTokenSource();
        using var peer = new GetPeer((_, _, request) =>
        {
            seen.Add(request.Command.Field);
            return Task.CompletedTask;
        })
        {
            IdleLimitAsked = stopping.Cancel,
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => peer.GetAsync(new CountingReceiver(), new RetrieveObserver(), stopping.Token));
        await Assert.ThrowsAsync<AssociationAbortedException>(() => peer.Script);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task The_list_of_what_failed_is_read_from_the_final_response()
    {
        using var peer = new GetPeer((association, _, request) =>
        {
            var list = new Dataset();
            list.Set(Tags.FailedSOPInstanceUIDList, @"1.2.3\../../x\1.2.*\\1.2.4");
            var end = Instance.End(request, new DimseStatus(0xB000)) with { HasDataSet = true };
            return association.SendAsync(1, end, DatasetWriter.Write(list, TransferSyntax.ExplicitVRLittleEndian), Never);
        });
        var observer = new RetrieveObserver();
        await peer.GetAsync(new CountingReceiver(), observer, Never);
        Assert.Equal(["1.2.3", "1.2.4"], observer.FailedSopInstanceUids);
        Assert.Equal(new DimseStatus(0xB000), observer.FinalStatus);
    }
}
