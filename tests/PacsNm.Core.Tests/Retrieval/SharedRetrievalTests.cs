using PacsNm.Archive;
using PacsNm.Dicom.Network;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>How several associations share a study, at a PACS without a network.</summary>
public sealed class SharedRetrievalTests : IDisposable
{
    private const int Associations = 4;

    private static readonly PacsServer Server = new() { ComputerName = "127.0.0.1", Port = 1, CalledAETitle = "PACS" };

    private readonly AssociationPool _pool = new(Associations);
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<InstanceKey> _present = [];
    private readonly List<StudyBlock> _asked = [];
    private int _running;
    private int _mostRunning;

    public void Dispose()
    {
        _pool.Dispose();
        _ending.Dispose();
    }

    [Fact]
    public async Task Every_instance_is_asked_for_once_on_as_many_associations_as_are_allowed()
    {
        var shared = await RunAsync(async (block, run) =>
        {
            run.SetAssociated();

            // The others begin now.
            while (_asked.Count < Associations)
                await Task.Yield();
            return Bring(block, DimseStatus.Success);
        });
        Assert.Null(shared.RefusedLevel);
        Assert.Equal(200, _present.Count);
        Assert.Equal(200, _asked.Sum(block => block.Instances.Count));
        Assert.Equal(Associations, _mostRunning);
    }

    [Fact]
    public async Task A_further_association_that_the_PACS_rejects_lowers_the_limit_and_costs_nothing()
    {
        await RunAsync(async (block, run) =>
        {
            run.SetAssociated();
            if (run.IsFurther)
                throw new AssociationRejectedException(AssociateReject.LocalLimitExceeded);
            while (_asked.Count < 2)
                await Task.Yield();
            return Bring(block, DimseStatus.Success);
        });
        Assert.Equal(200, _present.Count);
        Assert.InRange(_pool.Throttle.Limit, 1, Associations - 1);
    }

    [Fact]
    public async Task A_further_association_without_an_answer_gives_its_block_back()
    {
        await RunAsync(async (block, run) =>
        {
            if (run.IsFurther)
                await Task.Delay(Timeout.Infinite, run.Token);
            run.SetAssociated();
            return Bring(block, DimseStatus.Success);
        });
        Assert.Equal(200, _present.Count);
    }

    [Fact]
    public async Task It_ends_where_no_association_is_needed()
    {
        await RunAsync((block, _) => Task.FromResult(Bring(block, DimseStatus.Success)));
        Assert.Equal(200, _present.Count);
    }

    [Fact]
    public async Task A_level_that_is_refused_at_once_ends_it()
    {
        var shared = await RunAsync((block, run) =>
        {
            run.SetAssociated();
            return Task.FromResult(Bring(block, DimseStatus.IdentifierDoesNotMatchSopClass));
        });
        Assert.Equal("IMAGE", shared.RefusedLevel);
        Assert.InRange(_asked.Count, 1, Associations);
    }

    [Fact]
    public async Task A_refusal_beside_blocks_that_arrive_means_that_the_PACS_serves_fewer_associations()
    {
        var shared = await RunAsync(async (block, run) =>
        {
            run.SetAssociated();
            if (!run.IsFurther)
                return Bring(block, DimseStatus.Success);
            while (_present.Count == 0)
                await Task.Yield();
            return Bring(block, DimseStatus.UnableToPerformSubOperations);
        });
        Assert.Null(shared.RefusedLevel);
        Assert.Equal(200, _present.Count);
    }

    [Fact]
    public async Task It_ends_if_request_after_request_brings_nothing()
    {
        await RunAsync((block, run) =>
        {
            run.SetAssociated();
            return Task.FromResult(Bring(block, null));
        });
        Assert.Empty(_present);
        Assert.InRange(_asked.Count, RepairPlan.MaximumFruitlessProbes, RepairPlan.MaximumFruitlessProbes + Associations);
    }

    [Fact]
    public async Task What_a_broken_association_did_not_bring_is_asked_for_once_more()
    {
        StudyBlock? broken = null;
        await RunAsync((block, run) =>
        {
            run.SetAssociated();
            var isBroken = Interlocked.CompareExchange(ref broken, block, null) is null;
            return Task.FromResult(Bring(block, isBroken ? null : DimseStatus.Success));
        });
        Assert.Equal(200, _present.Count);
        Assert.Equal(200 + broken!.Instances.Count, _asked.Sum(block => block.Instances.Count));
    }

    [Fact]
    public async Task A_full_disk_on_a_further_association_ends_it()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => RunAsync(async (block, run) =>
        {
            run.SetAssociated();
            if (run.IsFurther)
                throw new IOException("No space is left.");
            while (_asked.Count < 2)
                await Task.Yield();
            return Bring(block, DimseStatus.Success);
        }));
        Assert.Equal("No space is left.", failure.Message);
    }

    [Fact]
    public async Task A_failure_of_the_first_association_is_that_of_the_study()
    {
        await Assert.ThrowsAsync<PeerTimeoutException>(() => RunAsync((_, run) => run.IsFurther
            ? Task.FromException<RetrieveAttempt>(new InvalidOperationException("No other association may begin."))
            : throw new PeerTimeoutException(NetworkPhase.Acse, TimeSpan.FromSeconds(1))));
        Assert.Single(_asked);
    }

    private async Task<SharedRetrieval> RunAsync(Func<StudyBlock, BlockRun, Task<RetrieveAttempt>> answer)
    {
        PlannedInstance[] listed =
            [.. Enumerable.Range(1, 200).Select(number => new PlannedInstance(new InstanceKey("1.1", $"1.1.{number}"), null))];
        var plan = StudyPlan.Of(["1.1"], listed, 200);
        var blocks = new StudyBlocks(plan, listed, new RetrieveRequest(null, "1"), () => Associations, isBySeries: false);
        var turns = new Turns(Server, _pool, new TimeBudget(TimeSpan.FromMinutes(5), _ending), _ending.Token);
        var shared = new SharedRetrieval(blocks, turns, AskAsync, Left, _ending.Token);
        await shared.RunAsync(Associations);
        return shared;

        async Task<RetrieveAttempt> AskAsync(StudyBlock block, AssociationPlace place, BlockRun run)
        {
            lock (_asked)
            {
                _asked.Add(block);
                _mostRunning = Math.Max(_mostRunning, ++_running);
            }

            try
            {
                return await answer(block, run);
            }
            finally
            {
                lock (_asked)
                    _running--;
            }
        }
    }

    private PlannedInstance[] Left(StudyBlock block)
    {
        lock (_asked)
            return [.. block.Instances.Where(instance => !_present.Contains(instance.Key))];
    }

    /// <summary>The outcome of a request.</summary>
    /// <param name="block">What was requested. It arrives with a success.</param>
    /// <param name="status">The final status; null if the association broke.</param>
    private RetrieveAttempt Bring(StudyBlock block, DimseStatus? status)
    {
        var isSuccess = status == DimseStatus.Success;
        lock (_asked)
            _present.UnionWith(isSuccess ? block.Instances.Select(instance => instance.Key) : []);
        return new RetrieveAttempt
        {
            Method = new RetrieveMethod(new NamedRetriever(Retriever.BuiltIn), null, RetrieveLevel.Study),
            Request = block.Request,
            Outcome = isSuccess ? RetrieverOutcome.Success
                : status is null ? new RetrieverOutcome(RetrieveEnd.AssociationEnded)
                : new RetrieverOutcome(RetrieveEnd.Status) { Status = status },
            Received = isSuccess ? block.Instances.Count : 0,
            IsRefusal = status is { Class: DimseStatusClass.Failure },
        };
    }
}
