using PacsNm.Dicom.Data;

namespace PacsNm.Archive;

/// <summary>Cleans up after runs that are dead: what they had verified is filed, the rest is removed.</summary>
internal static class Recovery
{
    /// <summary>How long to wait for a study that another run works on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Does it. What cannot be filed since a disk is full, or another run at work, stays for a later run.</summary>
    public static async Task RunAsync(LocalArchive archive, ArchiveLayout layout, CancellationToken cancellationToken)
    {
        foreach (var staging in StagingFolder.Abandoned(archive.StagingParent))
        {
            using (staging)
            {
                var studies = Directory.GetFiles(staging.Path, "*" + StagingFolder.Verified, SearchOption.AllDirectories)
                    .ToLookup(path => VerifiedFile.Read(path, []).Summary.StudyInstanceUid ?? "");
                foreach (var study in studies.Where(study => Uid.IsValid(study.Key)))
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
            var filing = new StudyFiling(archive, layout, manifest, studyInstanceUid);
            foreach (var path in paths)
            {
                cancellationToken.ThrowIfCancellationRequested();
                filing.File(path, _ => null, retriever: null);
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
