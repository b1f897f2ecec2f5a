using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>Command sets out of fragments (PS3.8 annex E), and what is out of place.</summary>
public sealed class MessageReaderTests
{
    private static readonly byte[] Store = Instance.Store(1, "1.2.3").Encode();

    private static readonly Dictionary<byte, AcceptedContext> Contexts = new byte[] { 1, 3 }.ToDictionary(
        id => id,
        id => new AcceptedContext(id, Instance.SopClass, TransferSyntax.ExplicitVRLittleEndian));

    [Fact]
    public void A_command_set_is_read_however_it_is_cut()
    {
        for (var cut = 0; cut <= Store.Length; cut++)
        {
            var reader = new MessageReader(Contexts);
            Assert.False(Command(reader, 3, isLast: false, Store[..cut]));
            Assert.True(Command(reader, 3, isLast: true, Store[cut..]));
            Assert.Equal(("1.2.3", 3), (reader.Command!.SopInstanceUid, reader.ContextId));
        }
    }

    [Fact]
    public void A_command_that_comes_again_is_the_same_object_and_another_is_not()
    {
        var reader = new MessageReader(Contexts);
        Command(reader, 3, isLast: true, Store);
        var first = reader.Command;
        Data(reader, 3);
        Command(reader, 3, isLast: true, Store);
        Assert.Same(first, reader.Command);
        Data(reader, 3);
        Command(reader, 3, isLast: true, Instance.Store(1, "1.2.4").Encode());
        Assert.Equal("1.2.4", reader.Command!.SopInstanceUid);
    }

    [Fact]
    public void Fragments_out_of_place_break_the_protocol()
    {
        Assert.Throws<ProtocolViolationException>(() => Data(new MessageReader(Contexts), 3));
        Assert.Throws<ProtocolViolationException>(() => Command(new MessageReader(Contexts), 5, isLast: true, Store));
        Assert.Throws<ProtocolViolationException>(() => Command(Within(Contexts), 3, isLast: true, Store));
        Assert.Throws<ProtocolViolationException>(() => Data(Within(Contexts), 1));
        var reader = new MessageReader(Contexts);
        Command(reader, 3, isLast: false, Store[..5]);
        Assert.Throws<ProtocolViolationException>(() => Command(reader, 1, isLast: true, Store[5..]));
    }

    [Fact]
    public void They_are_the_business_of_both_ends_where_an_association_is_listened_to()
    {
        var reader = Within(contexts: null);
        Assert.True(Command(reader, 5, isLast: true, Store));
        Data(reader, 7);
        Data(reader, 7);
    }

    [Fact]
    public void A_command_set_has_a_bound()
    {
        var reader = new MessageReader(Contexts);
        Command(reader, 3, isLast: false, new byte[CommandSet.MaximumLength]);
        Assert.Throws<ProtocolViolationException>(() => Command(reader, 3, isLast: false, new byte[1]));
    }

    /// <summary>A reader that waits for the dataset of a message in context 3.</summary>
    private static MessageReader Within(Dictionary<byte, AcceptedContext>? contexts)
    {
        var reader = new MessageReader(contexts);
        Command(reader, 3, isLast: true, Store);
        return reader;
    }

    private static bool Command(MessageReader reader, byte contextId, bool isLast, byte[] fragment) =>
        reader.Add(new Pdv { ContextId = contextId, IsCommand = true, IsLast = isLast, Fragment = fragment });

    private static void Data(MessageReader reader, byte contextId) =>
        Assert.False(reader.Add(new Pdv { ContextId = contextId, IsLast = true, Fragment = new byte[2] }));
}
