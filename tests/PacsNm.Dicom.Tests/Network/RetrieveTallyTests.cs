using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>What is counted of the objects that come, and of the answers about them.</summary>
public sealed class RetrieveTallyTests
{
    private readonly RetrieveTally _tally = new();

    [Fact]
    public void An_object_has_the_length_of_its_fragments()
    {
        Begin(1, "1.2");
        _tally.Add(10, isLast: false);
        _tally.Add(5, isLast: true);
        Assert.Equal([15], _tally.LengthsOf("1.2"));
        Assert.Equal((15, 1), (_tally.Bytes, _tally.Objects));
    }

    [Fact]
    public void One_that_does_not_end_is_unfinished()
    {
        Begin(1, "1.2");
        _tally.Add(10, isLast: false);
        Assert.Equal([RetrieveObserver.Unfinished], _tally.LengthsOf("1.2"));
        Assert.Equal((10, 0), (_tally.Bytes, _tally.Objects));
    }

    [Fact]
    public void One_that_never_came_has_no_length() => Assert.Empty(_tally.LengthsOf("1.2"));

    [Fact]
    public void Objects_under_one_UID_keep_all_their_lengths()
    {
        Send(1, "1.2", 10);
        Send(2, "1.3", 7);
        Send(3, "1.2", 20);
        Begin(4, "1.2");
        Assert.Equal([10, 20, RetrieveObserver.Unfinished], _tally.LengthsOf("1.2"));
        Assert.Equal([7], _tally.LengthsOf("1.3"));
        Assert.Equal(RetrieveObserver.Unfinished, _tally.LatestLengths["1.2"]);
        _tally.Add(30, isLast: true);
        Assert.Equal([10, 20, 30], _tally.LengthsOf("1.2"));
        Assert.Equal(30, _tally.LatestLengths["1.2"]);
        Assert.Equal((67, 4), (_tally.Bytes, _tally.Objects));
    }

    [Fact]
    public void An_answer_is_about_the_object_that_it_answers()
    {
        Send(1, "1.2", 10);
        Send(2, "1.2", 20);
        Assert.Equal(("1.2", 10L), Stored(1, DimseStatus.Success));
        Assert.Equal(("1.2", 20L), Stored(2, new DimseStatus(0xB000)));
    }

    [Fact]
    public void A_refusal_or_an_answer_to_something_else_stores_nothing()
    {
        Send(1, "1.2", 10);
        Assert.Null(Stored(1, DimseStatus.OutOfResources));
        Assert.Null(Stored(2, DimseStatus.Success));
        Assert.False(_tally.TryGetStored(new CommandSet { Field = CommandField.CancelRequest, MessageId = 1 }, out _, out _));
    }

    private void Begin(ushort messageId, string uid) => _tally.Begin(Instance.Store(messageId, uid));

    private void Send(ushort messageId, string uid, int length)
    {
        Begin(messageId, uid);
        _tally.Add(length, isLast: true);
    }

    private (string Uid, long Length)? Stored(ushort messageId, DimseStatus status)
    {
        var answer = new CommandSet { Field = CommandField.StoreResponse, MessageId = messageId, Status = status };
        return _tally.TryGetStored(answer, out var uid, out var length) ? (uid, length) : null;
    }
}
