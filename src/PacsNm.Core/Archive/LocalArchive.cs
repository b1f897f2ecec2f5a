using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// A folder of retrieved files. The module's own folder within it holds the manifests of the studies and the staging folders.
/// </summary>
/// <param name="root">The full path of the archive's folder.</param>
internal sealed class LocalArchive(string root)
{
    /// <summary>The name of the module's own folder.</summary>
    public const string OwnFolder = ".pacsnm";

    /// <summary>The full path of the archive's folder.</summary>
    public string Root { get; } = root;

    /// <summary>The folder of the manifests.</summary>
    public string ManifestFolder => Path.Combine(Root, OwnFolder);

    /// <summary>The folder of the staging folders.</summary>
    public string StagingParent => Path.Combine(ManifestFolder, "staging");

    /// <summary>The path of a study's manifest.</summary>
    public string ManifestPath(string studyInstanceUid) =>
        Path.Combine(ManifestFolder, SafeName.FromUid(studyInstanceUid) + Manifest.Extension);

    /// <summary>Opens the manifest of a study. Waits while another run has it open.</summary>
    public async Task<Manifest> OpenManifestAsync(string studyInstanceUid, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(ManifestFolder);
        var isNamed = SafeName.FromUid(studyInstanceUid) == studyInstanceUid;
        var manifest = await Manifest
            .OpenAsync(ManifestPath(studyInstanceUid), isNamed ? null : studyInstanceUid, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var (locator, patience) = (new FileLocator(Root, ""), new FilePatience(cancellationToken));
            manifest.Reconcile(entry => locator.Find(entry) is { } path && IsAsRecorded(entry, path, patience));
            return manifest;
        }
        catch
        {
            manifest.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file is as a line recorded it. Of a file that another program has open, only the length is compared.</summary>
    private static bool IsAsRecorded(ManifestEntry entry, string path, FilePatience patience)
    {
        if (new FileInfo(path).Length != entry.Bytes)
            return false;
        try
        {
            return patience.Run(() => VerifiedFile.Sha256Of(path)) == entry.Sha256;
        }
        catch (Exception exception) when (FileInUse.MayBe(exception))
        {
            return true;
        }
    }

    /// <summary>Records the end of a run in a study's manifest and beside it.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="studyInstanceUid">The study.</param>
    /// <param name="end">The line that ends the run.</param>
    public void End(Manifest manifest, string studyInstanceUid, ManifestEntry end)
    {
        if (manifest.End(end) is { } hash)
            new ManifestEnds(ManifestFolder).Add(SafeName.FromUid(studyInstanceUid), hash);
    }

    /// <summary>Returns the lines whose files exist with the recorded length. It opens no file.</summary>
    public static IReadOnlyList<ManifestEntry> Present(IEnumerable<ManifestEntry> latest, FileLocator locator) =>
        [.. latest.Where(entry => locator.Find(entry) is { } path && new FileInfo(path).Length == entry.Bytes)];

    /// <summary>Returns the same lines for a study, from its manifest on disk; empty while a run has the manifest open.</summary>
    public IReadOnlyList<ManifestEntry> Present(string studyInstanceUid, FileLocator locator)
    {
        try
        {
            var latest = new Dictionary<InstanceKey, ManifestEntry>();
            foreach (var entry in Manifest.Read(ManifestPath(studyInstanceUid)).Entries)
            {
                if (entry is { IsFile: true })
                    latest[InstanceKey.Of(entry)] = entry;
            }

            return Present(latest.Values, locator);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return [];
        }
    }
}
