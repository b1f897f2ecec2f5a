using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>How many associations a call has at a time.</summary>
public sealed class AssociationThrottleTests
{
    private static readonly AssociationRejectedException Full =
        new(AssociateReject.LocalLimitExceeded);

    [Fact]
    public async Task Work_beyond_the_limit_waits_in_order()
    {
        var throttle = new AssociationThrottle(2);
        var gates = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var begun = new List<int>();
        var work = gates.Select((gate, number) => throttle.RunAsync(() => Begin(number, gate.Task), CancellationToken.None)).ToArray();
        Assert.Equal([0, 1], begun);
        gates[1].SetResult(1);
        await work[1];
        await UntilAsync(() => begun.Count == 3);
        gates[0].SetResult(0);
        gates[2].SetResult(2);
        gates[3].SetResult(3);
        var ended = await Task.WhenAll(work);
        Assert.Equal([0, 1, 2, 3], ended);
        Assert.Equal([0, 1, 2, 3], begun);

        Task<int> Begin(int number, Task<int> end)
        {
            lock (begun)
                begun.Add(number);
            return end;
        }
    }

    [Fact]
    public async Task A_rejection_lowers_the_limit_and_the_work_waits_for_another_to_end()
    {
        var throttle = new AssociationThrottle(2);
        var first = new TaskCompletionSource<int>();
        var running = throttle.RunOnceAsync(() => first.Task, CancellationToken.None);
        var attempts = 0;
        var rejected = throttle.RunOnceAsync(
            () => attempts++ == 0 ? throw Full : Task.FromResult(2), CancellationToken.None);
        await UntilAsync(() => throttle.Limit == 1);
        Assert.False(rejected.IsCompleted);
        first.SetResult(1);
        var ended = await Task.WhenAll(running, rejected);
        Assert.Equal([1, 2], ended);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task The_last_association_that_is_rejected_is_a_failure()
    {
        var throttle = new AssociationThrottle(1);
        await Assert.ThrowsAsync<AssociationRejectedException>(
            () => throttle.RunOnceAsync<int>(() => throw Full, CancellationToken.None));
        Assert.Equal(1, throttle.Limit);
        Assert.Equal(1, throttle.Free);
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled_and_takes_no_place()
    {
        var throttle = new AssociationThrottle(1);
        using var cancellation = new CancellationTokenSource();
        var first = new TaskCompletionSource<int>();
        var running = throttle.RunAsync(() => first.Task, CancellationToken.None);
        var waiting = throttle.RunAsync(() => Task.FromResult(2), cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.SetResult(1);
        await running;
        Assert.Equal(3, await throttle.RunAsync(() => Task.FromResult(3), CancellationToken.None));
    }

    [Fact]
    public async Task A_higher_limit_admits_work_that_waits_and_a_lower_one_ends_none()
    {
        var throttle = new AssociationThrottle(1);
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var begun = 0;
        var work = gates.Select(gate => throttle.RunAsync(() => Begin(gate.Task), CancellationToken.None)).ToArray();
        Assert.Equal(1, begun);
        throttle.SetLimit(() => 2);
        await UntilAsync(() => Volatile.Read(ref begun) == 2);
        throttle.SetLimit(() => 1);
        gates[0].SetResult(0);
        await work[0];
        Assert.Equal(1, throttle.Taken);
        gates[1].SetResult(0);
        gates[2].SetResult(0);
        await Task.WhenAll(work);

        Task<int> Begin(Task<int> end)
        {
            Interlocked.Increment(ref begun);
            return end;
        }
    }

    [Fact]
    public async Task Optional_work_is_given_up_when_the_PACS_allows_no_association()
    {
        var throttle = new AssociationThrottle(2);
        Assert.False(await throttle.TryRunAsync(() => throw Full, CancellationToken.None));
        Assert.False(await throttle.TryRunAsync(() => Task.CompletedTask, CancellationToken.None));
        Assert.Equal(0, throttle.Limit);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
