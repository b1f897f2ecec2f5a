using PacsNm.Dicom.Data;

namespace PacsNm.Archive;

/// <summary>Cleans up after runs that were killed. Files that they had verified go into the archive, and the rest is deleted.</summary>
internal static class Recovery
{
    /// <summary>How long to wait for a study that another run has locked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Cleans up. Files stay for a later run if the disk is full or another run has locked their study.</summary>
    public static async Task RunAsync(LocalArchive archive, ArchiveLayout layout, CancellationToken cancellationToken)
    {
        foreach (var staging in StagingFolder.Abandoned(archive.StagingParent))
        {
            using (staging)
            {
                var studies = Directory.GetFiles(staging.Path, "*" + StagingFolder.Verified, SearchOption.AllDirectories)
                    .ToLookup(path => VerifiedFile.Read(path, []).Summary.StudyInstanceUid ?? "");
                foreach (var study in studies.Where(study => Uid.IsUsable(study.Key)))
                    staging.Keep |= !await TryFileAsync(archive, layout, study.Key, study, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> TryFileAsync(
        LocalArchive archive,
        ArchiveLayout layout,
        string studyInstanceUid,
        IEnumerable<string> paths,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var manifest = await archive.OpenManifestAsync(studyInstanceUid, limit.Token).ConfigureAwait(false);
            var intake = new StudyIntake(archive, layout, manifest, studyInstanceUid);
            foreach (var path in paths)
            {
                cancellationToken.ThrowIfCancellationRequested();
                intake.Take(path, (_, _) => null, retriever: null);
            }

            return true;
        }
        catch (Exception exception) when (FileFailure.Is(exception)
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
