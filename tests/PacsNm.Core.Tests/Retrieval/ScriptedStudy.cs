using PacsNm.Archive;
using PacsNm.Dicom.Network;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>A study at a PACS without a network: a function says what each request brings and how it ends.</summary>
internal sealed class ScriptedStudy : IInstances
{
    private readonly HashSet<InstanceKey> _present = [];
    private readonly HashSet<InstanceKey> _givenUp = [];
    private readonly List<RetrieveRequest> _requests = [];

    public ScriptedStudy(int instances, Func<int, string?>? sopClassOf = null)
    {
        Listed = [.. Enumerable.Range(1, instances).Select(number =>
            new PlannedInstance(new InstanceKey("1.1", $"1.1.{number}"), sopClassOf?.Invoke(number)))];
        State = new StudyState(this, InstanceAvailability.Unknown) { Plan = StudyPlan.Of(["1.1"], Listed, instances) };
    }

    public IReadOnlyList<PlannedInstance> Listed { get; }

    public StudyState State { get; }

    /// <summary>The requests that the PACS had.</summary>
    public IReadOnlyList<RetrieveRequest> Requests => _requests;

    /// <summary>The waits between them.</summary>
    public List<TimeSpan> Pauses { get; } = [];

    /// <summary>The ways of asking, with what was learnt of them.</summary>
    public RepairPlan? RepairPlan { get; private set; }

    public IReadOnlyCollection<InstanceKey> Present => _present;

    public IReadOnlyCollection<InstanceKey> Received => _present;

    public bool HasRejections => _givenUp.Count > 0;

    public ManifestEntry? LastEnd => null;

    public bool IsGivenUp(InstanceKey instance) => _givenUp.Contains(instance);

    /// <summary>The instances that a request asks for, in the order of the list.</summary>
    public IReadOnlyList<PlannedInstance> AskedFor(RetrieveRequest request) =>
        [.. Listed.Where(instance => request.SopInstanceUids?.Contains(instance.Key.SopInstanceUid) ?? true)];

    /// <summary>Lets a repair run to its end.</summary>
    /// <param name="answer">The instances that a request brings, and how it ends.</param>
    /// <param name="retrievers">What retrieves; the built-in retriever by default.</param>
    public Task<StudyRepair> RunAsync(
        Func<RetrieveRequest, (IEnumerable<PlannedInstance> Brought, DimseStatus Status)> answer,
        params Retriever[] retrievers) =>
        RunAsync(answer, (retrievers.Length == 0 ? [Retriever.BuiltIn] : retrievers).Select(kind => new NamedRetriever(kind)).ToArray());

    /// <inheritdoc cref="RunAsync(Func{RetrieveRequest, ValueTuple{IEnumerable{PlannedInstance}, DimseStatus}}, Retriever[])"/>
    public async Task<StudyRepair> RunAsync(
        Func<RetrieveRequest, (IEnumerable<PlannedInstance> Brought, DimseStatus Status)> answer,
        NamedRetriever[] retrievers)
    {
        RepairPlan = new RepairPlan(retrievers, 3);
        var repair = new StudyRepair(State, new RetrieveRequest(null, "1"), RepairPlan, _ => Task.CompletedTask, (method, request) =>
        {
            _requests.Add(request);
            var (brought, status) = answer(request);
            var keys = brought.Select(instance => instance.Key).Where(_present.Add).ToArray();
            var outcome = status == DimseStatus.Success
                ? RetrieverOutcome.Success
                : new RetrieverOutcome(RetrieveEnd.Status) { Status = status };
            var attempt = new RetrieveAttempt
            {
                Method = method,
                Request = request,
                IsWhole = request.Level == "STUDY",
                Outcome = outcome,
                Received = keys.Length,
                Objects = keys.Length,
                IsRefusal = status.Class == DimseStatusClass.Failure && keys.Length == 0,
            };
            State.Attempts.Add(attempt);
            return Task.FromResult(attempt);
        }, Pause);
        await repair.RunAsync();
        return repair;

        Task Pause(TimeSpan wait)
        {
            Pauses.Add(wait);
            return Task.CompletedTask;
        }
    }
}
