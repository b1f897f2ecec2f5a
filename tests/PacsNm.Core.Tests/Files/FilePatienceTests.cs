using PacsNm.Files;

namespace PacsNm.Core.Tests.Files;

/// <summary>Operations on files that another program has open.</summary>
public sealed class FilePatienceTests
{
    private int _tries;

    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(303)]
    [InlineData(1175)]
    [InlineData(1224)]
    public void An_operation_is_repeated_until_the_file_is_free(int windowsError)
    {
        Assert.Equal("done", new FilePatience().Run(() => ++_tries < 4 ? throw InUse(windowsError) : "done"));
        Assert.Equal(4, _tries);
    }

    [Fact]
    public void Other_failures_are_not_repeated()
    {
        const int notFound = 2;
        Assert.Throws<IOException>(() => new FilePatience().Run(() => Fail(notFound)));
        Assert.Equal(1, _tries);
    }

    [Fact]
    public void A_file_that_stays_open_is_given_up_with_the_failure_of_the_system()
    {
        var exception = Assert.Throws<IOException>(() => new FilePatience(TimeSpan.FromMilliseconds(30)).Run(() => Fail(32)));
        Assert.True(FileInUse.Is(exception));
        Assert.True(_tries > 1);
    }

    [Fact]
    public void After_three_in_a_row_each_is_tried_once_until_one_succeeds()
    {
        var patience = new FilePatience(TimeSpan.FromMilliseconds(30));
        for (var file = 0; file < 3; file++)
            Assert.Throws<IOException>(() => patience.Run(() => Fail(32)));
        _tries = 0;
        Assert.Throws<IOException>(() => patience.Run(() => Fail(32)));
        Assert.Equal(1, _tries);
        patience.Run(() => { });
        _tries = 0;
        Assert.Throws<IOException>(() => patience.Run(() => Fail(32)));
        Assert.True(_tries > 1);
    }

    [Fact]
    public void A_cancelled_wait_ends_with_the_failure_of_the_system()
    {
        using var cancelled = new CancellationTokenSource();
        var exception = Assert.Throws<IOException>(() => new FilePatience(TimeSpan.FromDays(1), cancelled.Token).Run(() =>
        {
            cancelled.Cancel();
            Fail(32);
        }));
        Assert.True(FileInUse.Is(exception));
        Assert.Equal(1, _tries);
    }

    private static IOException InUse(int windowsError) => new("in use", unchecked((int)0x80070000) | windowsError);

    private void Fail(int windowsError)
    {
        _tries++;
        throw InUse(windowsError);
    }
}
