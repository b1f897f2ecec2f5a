using System.Diagnostics;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>A study to fetch.</summary>
/// <param name="Server">The PACS.</param>
/// <param name="StudyInstanceUid">The study.</param>
/// <param name="UniqueKeyOfPatient">The Patient ID, where the Patient Root model needs it.</param>
/// <param name="CountOfStudy">Number of Study Related Instances (0020,1208), where the PACS gave it.</param>
/// <param name="Availability">Instance Availability (0008,0056).</param>
/// <param name="MaximumInstances">How many instances to fetch at most; null for all.</param>
internal sealed record StudyToSave(
    PacsServer Server,
    string StudyInstanceUid,
    string? UniqueKeyOfPatient,
    int? CountOfStudy,
    InstanceAvailability Availability,
    int? MaximumInstances);

/// <summary>A study's retrieval: its result, and what ended it early, if anything did.</summary>
internal sealed record RetrievalOutcome(PacsSavedStudy Result, DicomNetworkException? Failure, bool TimedOut);

/// <summary>
/// Fetches one study as a transaction: plan, stage, verify, file. What arrived whole is filed however it ends, and what
/// the result says is what the files say.
/// </summary>
internal sealed class StudyRetrieval(Archive archive, string getScuPath, TimeSpan limit)
{
    /// <summary>Fetches the study.</summary>
    /// <param name="study">Which.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="log">Takes the lines of getscu, as they come.</param>
    /// <param name="stopping">Ends it early; what is whole by then is filed.</param>
    public async Task<RetrievalOutcome> RunAsync(
        StudyToSave study,
        RetrieveProgress progress,
        Action<string> log,
        CancellationToken stopping)
    {
        var clock = Stopwatch.StartNew();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        timeout.CancelAfter(limit);
        var staging = archive.CreateStaging();
        var plan = StudyPlan.Unknown;
        var arrivals = new Arrivals(archive, study.StudyInstanceUid);
        DicomNetworkException? failure = null;
        var reasons = new List<string>();
        var timedOut = false;
        try
        {
            try
            {
                progress.Step = "Asking what the study has";
                plan = await StudyPlan.AskAsync(study, timeout.Token).ConfigureAwait(false);
                plan = Limit(plan, study.MaximumInstances);
                progress.Expected = plan.Count;
                progress.Step = "Retrieving";
                var getScu = new GetScu(getScuPath, study.Server, limit);
                foreach (var request in Requests(study, plan))
                {
                    var reason = await Busy
                        .RetryAsync(() => FetchAsync(request, getScu, staging, arrivals, progress, log, timeout.Token), timeout.Token)
                        .ConfigureAwait(false);
                    if (reason is not null && !reasons.Contains(reason))
                        reasons.Add(reason);
                }
            }
            catch (DicomNetworkException exception)
            {
                failure = exception;
                reasons.Add(exception.Message);
            }
            catch (OperationCanceledException)
            {
                timedOut = !stopping.IsCancellationRequested;
                reasons.Add(timedOut ? $"Not complete within {limit.TotalSeconds:0.#} s." : "Stopped.");
            }
        }
        finally
        {
            Archive.RemoveStaging(staging);
        }

        return new RetrievalOutcome(Judge(study, plan, arrivals, reasons, clock.Elapsed), failure, timedOut);
    }

    /// <summary>Runs one C-GET, and files what it brought, however it ended.</summary>
    private static async Task<string?> FetchAsync(
        RetrieveRequest request,
        GetScu getScu,
        string staging,
        Arrivals arrivals,
        RetrieveProgress progress,
        Action<string> log,
        CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(staging, Path.GetRandomFileName())).FullName;
        var observer = new RetrieveObserver();
        progress.Add(observer);
        try
        {
            return await getScu.RunAsync(request, folder, observer, log, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            arrivals.FileAll(folder, observer.DatasetLengths);
        }
    }

    private static StudyPlan Limit(StudyPlan plan, int? maximum) =>
        plan.Expectation == SaveExpectation.Instances && maximum < plan.Count
            ? plan with { Count = maximum, Instances = [.. plan.Instances.Take(maximum.Value)] }
            : plan;

    /// <summary>The whole study at once; instance by instance only where not all of them are wanted.</summary>
    private static IEnumerable<RetrieveRequest> Requests(StudyToSave study, StudyPlan plan)
    {
        if (study.MaximumInstances is null || plan.Expectation != SaveExpectation.Instances)
            return [new RetrieveRequest(study.UniqueKeyOfPatient, study.StudyInstanceUid)];
        return plan.Instances
            .GroupBy(instance => instance.SeriesInstanceUid)
            .Select(series => new RetrieveRequest(
                study.UniqueKeyOfPatient, study.StudyInstanceUid, series.Key, [.. series.Select(instance => instance.SopInstanceUid)]));
    }

    private static PacsSavedStudy Judge(
        StudyToSave study,
        StudyPlan plan,
        Arrivals arrivals,
        List<string> reasons,
        TimeSpan duration)
    {
        string[] missing = [.. plan.Instances.Select(instance => instance.SopInstanceUid).Where(uid => !arrivals.Uids.Contains(uid))];
        var received = arrivals.Uids.Count;
        var isComplete = plan.Expectation switch
        {
            SaveExpectation.Instances => missing.Length == 0,
            SaveExpectation.Count => received >= plan.Count && received > 0,
            _ => false,
        };
        reasons.AddRange(arrivals.Rejections);
        var status = isComplete ? SaveStatus.Complete
            : received > 0 ? SaveStatus.Partial
            : study.Availability is InstanceAvailability.OFFLINE or InstanceAvailability.UNAVAILABLE ? SaveStatus.Unavailable
            : reasons.Count > 0 ? SaveStatus.Failed
            : SaveStatus.Empty;
        if (status == SaveStatus.Empty)
            reasons.Add("The PACS reported success and sent nothing.");
        else if (status == SaveStatus.Partial && plan.Expectation == SaveExpectation.None)
            reasons.Add("The PACS does not say what the study has, so that nothing proves it complete.");
        else if (status == SaveStatus.Partial && reasons.Count == 0)
            reasons.Add("The PACS reported success and did not send all.");
        return new PacsSavedStudy
        {
            StudyInstanceUid = study.StudyInstanceUid,
            Server = study.Server,
            Status = status,
            Expected = plan.Count,
            Expectation = plan.Expectation,
            Received = received,
            AlreadyPresent = arrivals.AlreadyPresent,
            Missing = missing,
            Bytes = arrivals.Bytes,
            Duration = duration,
            Path = arrivals.StudyFolder,
            Retriever = "GetScu",
            Reason = isComplete ? "" : string.Join(" ", reasons),
        };
    }
}
