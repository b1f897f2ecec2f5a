using PacsNm.Dicom.Network;
using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>
/// Requests a study, then requests what is missing until nothing is missing or every method was tried. It ends early if the PACS refuses
/// everything, if nothing new arrives, or if the study has taken its number of requests.
/// </summary>
/// <param name="state">What is known. Each request changes it.</param>
/// <param name="whole">The request for everything that is wanted.</param>
/// <param name="plan">The methods to try.</param>
/// <param name="share">
/// Asks for all that is missing on several associations, if that is faster. Then only what is still missing is requested. It throws as
/// <paramref name="ask"/> does.
/// </param>
/// <param name="ask">
/// Sends one request and adds what arrives. It throws a <see cref="DicomNetworkException"/> if there is no association.
/// </param>
/// <param name="pause">Waits.</param>
internal sealed class StudyRepair(
    StudyState state,
    RetrieveRequest whole,
    RepairPlan plan,
    Func<RetrieveMethod, Task> share,
    Func<RetrieveMethod, RetrieveRequest, Task<RetrieveAttempt>> ask,
    Func<TimeSpan, Task> pause)
{
    /// <summary>How long to wait after a success without objects. The PACS may be fetching the study from its archive.</summary>
    private static readonly TimeSpan EmptyPause = TimeSpan.FromSeconds(3);

    private readonly int _maximumRequests = RepairPlan.MaximumRequests(state.Missing.Count());
    private int _rounds;

    /// <summary>Why the PACS could not be reached by the last requests; null if it could.</summary>
    public DicomNetworkException? Unreachable { get; private set; }

    /// <summary>Whether the study has taken its number of requests.</summary>
    public bool IsLimitReached { get; private set; }

    /// <summary>Runs all rounds.</summary>
    /// <exception cref="AssociationRejectedException">The PACS rejects the association.</exception>
    /// <exception cref="RetrieverUnusableException">The only retriever cannot be run.</exception>
    public async Task RunAsync()
    {
        IReadOnlyList<RetrieveMethod> beginning;
        do
        {
            beginning = plan.Beginning;
            await TryAllAsync(beginning).ConfigureAwait(false);
        }
        while (!beginning.Any(method => plan.Uses(method.Retriever)));
        foreach (var round in plan.Rounds())
        {
            if (state.IsComplete || IsHopeless || !await RepairAsync(round).ConfigureAwait(false))
                return;
        }
    }

    private StudyPlan Plan => state.Plan!;

    /// <summary>Whether more requests would only repeat what is known.</summary>
    private bool IsHopeless => IsLimitReached || state.Attempts.Fruitless >= RepairPlan.MaximumFruitless;

    /// <summary>Runs one round of repair.</summary>
    /// <returns>Whether another round may help.</returns>
    private async Task<bool> RepairAsync(IReadOnlyList<RetrieveMethod> round)
    {
        // If the PACS lists nothing, its second empty success is final, and so is a success that brought objects.
        var isEmpty = state.Attempts.IsLastSuccess && state.IsEmpty;
        var isUnlisted = Plan.Listed.Count == 0;
        if (isUnlisted && isEmpty ? _rounds > 0 : Plan.IsAbsent && Unreachable is null)
            return false;
        if (isUnlisted && Plan.Counted is null && state.Attempts.IsWholeSuccess && !isEmpty)
            return false;

        // Everything that is listed is in the archive, and the PACS has sent everything. A larger count cannot be requested.
        if (!isUnlisted && state.Attempts.IsWholeSuccess && !state.Missing.Any())
            return false;

        // If the PACS refuses everything, each method and retriever is tried once, without the single transfer syntaxes.
        var methods = round.Where(method =>
            plan.Uses(method.Retriever) && CanHelp(method) && !(method.Option is not null && state.Attempts.IsRefusedThroughout));
        var several = methods.Take(isUnlisted && isEmpty ? 1 : int.MaxValue).ToArray();
        if (several.Length == 0)
            return true;
        await pause(isEmpty && _rounds == 0 ? EmptyPause : RepairPlan.PauseAfter(_rounds)).ConfigureAwait(false);
        _rounds++;
        await TryAllAsync(several).ConfigureAwait(false);
        return true;
    }

    /// <summary>Tries the methods in order while the PACS can be reached.</summary>
    private async Task TryAllAsync(IEnumerable<RetrieveMethod> several)
    {
        Unreachable = null;
        try
        {
            foreach (var method in several)
            {
                if (state.IsComplete || IsHopeless || !plan.Uses(method.Retriever) || !CanHelp(method) || IsRefusedAlready(method))
                    continue;
                try
                {
                    await TryAsync(method).ConfigureAwait(false);
                }
                catch (RetrieverUnusableException)
                {
                    if (!plan.TryGiveUp(method.Retriever))
                        throw;
                }
            }
        }
        catch (DicomNetworkException exception) when (exception is not AssociationRejectedException)
        {
            Unreachable = exception;
        }
    }

    private async Task TryAsync(RetrieveMethod method)
    {
        var before = state.Present.Count;
        if (method.Broadest == RetrieveLevel.Image)
            await AskByInstanceAsync(method).ConfigureAwait(false);
        else
            await AskBroadlyAsync(method).ConfigureAwait(false);
        plan.Remember(method, state.Present.Count - before);
    }

    /// <summary>Whether the PACS refused everything so far, including this method.</summary>
    private bool IsRefusedAlready(RetrieveMethod method) =>
        state.Attempts.IsRefusedThroughout
        && state.Attempts.All.Any(attempt => attempt.Method == method)
        && state.Attempts.All.Select(attempt => attempt.Method).Distinct().Skip(1).Any();

    /// <summary>Whether a method may bring a missing instance, according to its SOP class.</summary>
    private bool CanHelp(RetrieveMethod method) => state.Missing.Any()
        ? state.Missing.Any(instance => state.IsAskable(instance) && CanBring(method, instance))
        : !state.IsComplete && method is { Broadest: RetrieveLevel.Study, Option: null };

    private static bool CanBring(RetrieveMethod method, PlannedInstance instance) =>
        method.Retriever.Receives(instance.SopClassUid)
        && (method.Option is not { } option || method.Retriever.MayHelp(option, instance.SopClassUid));

    /// <summary>Requests the study or its series, and lists of instances where a series is incomplete.</summary>
    private async Task AskBroadlyAsync(RetrieveMethod method)
    {
        // A request for everything is sent even if the retriever does not receive all missing classes. Anything that arrives is useful.
        var isAll = method is { Broadest: RetrieveLevel.Study, Option: null };
        if (isAll)
            await share(method).ConfigureAwait(false);
        if (state.IsComplete)
            return;
        var requests = Plan.Requests(
            whole, instance => state.IsAskable(instance) && (isAll || CanBring(method, instance)), method.Broadest);
        foreach (var request in requests)
        {
            var attempt = await AskAsync(method, request).ConfigureAwait(false);
            if (attempt is null or { IsRefusal: true } || state.IsComplete)
                return;
        }
    }

    /// <summary>
    /// Requests lists of instances. If the PACS stops within a list, the next request begins after the instance at which it stopped, and
    /// that instance is requested alone in the end. If nothing of a list arrives, its halves are requested.
    /// </summary>
    private async Task AskByInstanceAsync(RetrieveMethod method)
    {
        var missing = state.Missing.Where(instance => state.IsAskable(instance) && CanBring(method, instance)).ToArray();
        var lists = new Queue<PlannedInstance[]>(
            missing.GroupBy(instance => (instance.Key.SeriesInstanceUid, instance.SopClassUid)).SelectMany(Chunks));
        var alone = new Queue<PlannedInstance[]>();
        var fruitless = 0;

        // A PACS that refused everything so far may still serve this level. Two instances show that.
        if (!state.Attempts.HasObjects && lists.Count > 0)
            lists = new Queue<PlannedInstance[]>([[missing[0]], [.. missing.Skip(1).Reverse().Take(1)], .. lists]);
        while (lists.Count + alone.Count > 0 && fruitless < MaximumFruitless)
        {
            var list = (lists.Count > 0 ? lists : alone).Dequeue().Where(state.IsAskable).ToArray();
            if (list.Length == 0)
                continue;
            if (await AskAsync(method, RequestOf(list)).ConfigureAwait(false) is not { } attempt)
                return;
            var left = list.Where(state.IsAskable).ToArray();
            fruitless = left.Length < list.Length ? 0 : fruitless + 1;
            if (!attempt.EndedBeforeItsEnd || left.Length == 0 || list.Length == 1)
                continue;
            if (left.Length < list.Length)
            {
                alone.Enqueue([left[0]]);
                lists.Enqueue([.. left.Skip(1)]);
            }
            else
            {
                lists.Enqueue([.. list.Take(list.Length / 2)]);
                lists.Enqueue([.. list.Skip(list.Length / 2)]);
            }
        }
    }

    private int MaximumFruitless => state.Attempts.IsRefusedThroughout
        ? RepairPlan.MaximumFruitlessProbes
        : RepairPlan.MaximumFruitlessInstances;

    private static IEnumerable<PlannedInstance[]> Chunks(IEnumerable<PlannedInstance> instances)
    {
        var all = instances.ToArray();
        for (var start = 0; start < all.Length; start += StudyPlan.MaximumUids)
            yield return [.. all.Skip(start).Take(StudyPlan.MaximumUids)];
    }

    private RetrieveRequest RequestOf(PlannedInstance[] list) => whole with
    {
        SeriesInstanceUid = list[0].Key.SeriesInstanceUid,
        SopInstanceUids = [.. list.Select(instance => instance.Key.SopInstanceUid)],
    };

    /// <summary>Sends a request; returns null if the study may take no more requests.</summary>
    private async Task<RetrieveAttempt?> AskAsync(RetrieveMethod method, RetrieveRequest request)
    {
        IsLimitReached |= state.Attempts.Count >= _maximumRequests;
        return IsHopeless ? null : await ask(method, request).ConfigureAwait(false);
    }
}
