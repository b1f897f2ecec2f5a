using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>Which C-STORE requests pass to a program that makes the name of a file of their UID.</summary>
public sealed class RetrievePolicyTests
{
    [Theory]
    [InlineData("1.2.840.10008.1.1", true)]
    [InlineData("1.2.3-A_b", true)]
    [InlineData("1..2", true)]
    [InlineData("", false)]
    [InlineData("A1.2", false)]
    [InlineData(".1.2", false)]
    [InlineData("-1.2", false)]
    [InlineData("1.2.", false)]
    [InlineData("1.2 ", false)]
    [InlineData("1.2/3", false)]
    [InlineData(@"1.2\3", false)]
    [InlineData("1:2", false)]
    [InlineData("CON", false)]
    [InlineData("../../etc/passwd", false)]
    public void A_program_makes_names_only_of_what_is_safe(string uid, bool isSafe) => Assert.Equal(isSafe, Passes(uid));

    [Fact]
    public void A_name_has_128_characters_at_most()
    {
        Assert.True(Passes(new string('1', 128)));
        Assert.False(Passes(new string('1', 129)));
    }

    [Fact]
    public void As_many_objects_as_are_wanted_pass_and_no_more()
    {
        RetrievePolicy.CheckForProgram(Instance.Store(1, "1.2"), 1, 2);
        Assert.Throws<ProtocolViolationException>(() => RetrievePolicy.CheckForProgram(Instance.Store(1, "1.2"), 2, 2));
    }

    [Fact]
    public async Task A_relay_passes_an_odd_UID_and_cuts_off_a_dangerous_one()
    {
        var observer = new RetrieveObserver();
        using var good = Peer("1.2.3-A_b");
        await good.GetByRelayAsync(new CountingReceiver(), observer);
        Assert.Equal(["1.2.3-A_b"], observer.DatasetLengths.Keys);

        using var bad = Peer("../../x");
        var receiver = new CountingReceiver();
        await Assert.ThrowsAsync<AssociationAbortedException>(() => bad.GetByRelayAsync(receiver, new RetrieveObserver()));
        Assert.Equal(0, receiver.Begun);
    }

    private static GetPeer Peer(string uid) => new(async (association, _, request) =>
    {
        await association.SendAsync(3, Instance.Store(1, uid), new byte[10], default);
        await association.ReceiveAsync(default);
        await association.SendAsync(1, Instance.End(request, DimseStatus.Success), default, default);
    });

    private static bool Passes(string uid)
    {
        try
        {
            RetrievePolicy.CheckForProgram(Instance.Store(1, uid), 0, int.MaxValue);
            return true;
        }
        catch (ProtocolViolationException)
        {
            return false;
        }
    }
}
