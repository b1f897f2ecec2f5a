using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.DesktopCheck;

/// <summary>Saves all studies of a server, and looks at the files.</summary>
internal static class SavedStudies
{
    private const int Bound = 1000;
    private const int FewStudies = 4;

    private static readonly Tag[] Returned = [Tags.StudyInstanceUID, Tags.PatientID, Tags.NumberOfStudyRelatedInstances];

    public static void Check(PacsServer server, string folder, Retriever retriever) =>
        CheckAsync(server, folder, retriever).GetAwaiter().GetResult();

    private static async Task CheckAsync(PacsServer server, string folder, Retriever retriever)
    {
        using var session = new QuerySession(server);
        var keys = new Identifier("STUDY", Returned).Match(Tags.StudyDate, "19900101-").ToDataset();
        var matches = await session.ListAsync(keys, Tags.StudyInstanceUID, Bound, CancellationToken.None);
        session.Close();
        if (matches.Count == 0)
            throw new InvalidOperationException("No study was found.");

        // getscu cannot receive the private classes of the practice PACS. Each of its runs is a process, so a few studies are enough.
        if (retriever == Retriever.GetScu && matches.Count > FewStudies)
            matches.RemoveRange(FewStudies, matches.Count - FewStudies);
        var allowed = retriever == Retriever.GetScu ? new[] { SaveStatus.Complete, SaveStatus.Partial } : [SaveStatus.Complete];
        var first = await SaveAsync(server, folder, retriever, matches);
        if (first.Find(item => !allowed.Contains(item.Status)) is { } bad)
            throw new InvalidOperationException($"{bad.StudyInstanceUid} is {bad.Status}: {bad.Reason}");
        if (!first.Exists(item => item.Status == SaveStatus.Complete))
            throw new InvalidOperationException("No study is complete.");
        foreach (var study in new ArchiveVerifier(new LocalArchive(folder), isQuick: false, new FilePatience(), () => { }).Verify())
            Checks.Equal("Intact", $"{study.Status}", study.StudyInstanceUid);
        if (retriever == Retriever.GetScu)
            return;
        var second = await SaveAsync(server, folder, retriever, matches);
        Checks.Equal(matches.Count, second.Count(item => item.Status == SaveStatus.Skipped), "Skipped");
    }

    private static async Task<List<PacsSavedItem>> SaveAsync(
        PacsServer server,
        string folder,
        Retriever retriever,
        List<Dataset> matches)
    {
        var options = new SaveOptions
        {
            Archive = new LocalArchive(folder),
            Layout = ArchiveLayout.Parse(ArchiveLayout.Tree),
            Limit = TimeSpan.FromMinutes(1),
            NearlineLimit = TimeSpan.FromMinutes(1),
        };
        await Recovery.RunAsync(options.Archive, _ => options.Layout, CancellationToken.None);
        using var pool = new AssociationPool(1);
        var plan = new RepairPlan(Retrievers(retriever), retryCount: 0);
        var results = new List<PacsSavedItem>();
        foreach (var match in matches)
        {
            var study = new StudyToSave
            {
                Server = server,
                StudyInstanceUid = match.GetString(Tags.StudyInstanceUID)!,
                Attributes = match,
                IsCountUnknown = true,
            };
            var progress = new RetrieveProgress($"{study}", _ => { });
            var retrieval = new StudyRetrieval(study, options, plan, pool, progress, log: null);
            var outcome = await retrieval.RunAsync(CancellationToken.None, CancellationToken.None);
            results.Add(outcome.Result);
        }

        return results;
    }

    private static IReadOnlyList<IRetriever> Retrievers(Retriever retriever) => retriever == Retriever.GetScu
        ? [new GetScuRetriever(DcmtkTool.Find("getscu")!, useRelay: true, rateLimit: null)]
        : [new BuiltInRetriever(null, [], [])];
}
