namespace PacsNm.Retrieval;

/// <summary>Cleans up after runs that are dead: what they had verified is filed, the rest is removed.</summary>
internal static class Recovery
{
    /// <summary>How long to wait for a study that another run works on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Does it. What cannot be filed now stays for a later run.</summary>
    public static async Task RunAsync(Archive archive, Layout layout, CancellationToken cancellationToken)
    {
        foreach (var staging in StagingFolder.Abandoned(archive.StagingParent))
        {
            using (staging)
            {
                foreach (var path in Directory.EnumerateFiles(staging.Path, "*" + StagingFolder.Verified, SearchOption.AllDirectories).ToArray())
                    staging.Keep |= !await TryFileAsync(archive, layout, path, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> TryFileAsync(Archive archive, Layout layout, string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var study = VerifiedFile.Read(path, []).Summary.StudyInstanceUid;
            if (!Dicom.Data.Uid.IsValid(study))
                return true;
            using var manifest = await archive.OpenManifestAsync(study!, limit.Token).ConfigureAwait(false);
            new StudyFiling(archive, layout, manifest, study!, source: null, replace: false).File(path, _ => null, retriever: null);
            return true;
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception)
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
