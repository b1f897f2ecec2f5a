using PacsNm.Dicom.Data;

namespace PacsNm.Archive;

/// <summary>Cleans up after runs that were killed. Files that they had verified go into the archive, and the rest is deleted.</summary>
internal static class Recovery
{
    /// <summary>How long to wait for a study that another run has locked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Cleans up. Files stay for a later run if the disk is full, another program has them open, or another run has locked their study.
    /// </summary>
    /// <param name="archive">The archive.</param>
    /// <param name="layoutOf">Returns the layout of a study by its Study Instance UID.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    public static async Task RunAsync(LocalArchive archive, Func<string, ArchiveLayout> layoutOf, CancellationToken cancellationToken)
    {
        foreach (var staging in StagingFolder.Abandoned(archive.StagingParent))
        {
            using (staging)
            {
                foreach (var study in staging.VerifiedFiles().ToLookup(StudyOf).Where(study => study.Key.Length > 0))
                    await FileAsync(archive, layoutOf(study.Key), study.Key, study, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// The Study Instance UID in a file; empty if the file cannot be read now. A file that has no usable UID any more is deleted.
    /// </summary>
    private static string StudyOf(string path)
    {
        try
        {
            if (VerifiedFile.Read(path, []).Summary.StudyInstanceUid is { } uid && Uid.IsUsable(uid))
                return uid;
            File.Delete(path);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // The file stays for a later run.
        }

        return "";
    }

    private static async Task FileAsync(
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
        }
        catch (Exception exception) when (FileFailure.Is(exception)
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The files stay for a later run.
        }
    }
}
