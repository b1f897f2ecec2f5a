using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// A folder that retrieved files are kept in, and beside them, in a folder of the module's own, the manifests of their
/// studies and what is under way.
/// </summary>
/// <param name="root">The archive's folder, a full path.</param>
internal sealed class LocalArchive(string root)
{
    /// <summary>What belongs to the module and not to the archive lies in here.</summary>
    public const string OwnFolder = ".pacsnm";

    /// <summary>The archive's folder.</summary>
    public string Root { get; } = root;

    /// <summary>Where the manifests are.</summary>
    public string ManifestFolder => Path.Combine(Root, OwnFolder);

    /// <summary>Where runs put what arrives.</summary>
    public string StagingParent => Path.Combine(ManifestFolder, "staging");

    /// <summary>The manifest of a study.</summary>
    public string ManifestPath(string studyInstanceUid) => Path.Combine(ManifestFolder, studyInstanceUid + Manifest.Extension);

    /// <summary>Opens the manifest of a study; waits while another run works on it.</summary>
    public async Task<Manifest> OpenManifestAsync(string studyInstanceUid, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(ManifestFolder);
        var manifest = await Manifest.OpenAsync(ManifestPath(studyInstanceUid), cancellationToken).ConfigureAwait(false);
        var locator = new FileLocator(Root, "");
        manifest.Reconcile(entry => locator.Find(entry) is { } path
            && new FileInfo(path).Length == entry.Bytes
            && VerifiedFile.Sha256Of(path) == entry.Sha256);
        return manifest;
    }

    /// <summary>The lines about files that are on disk in their recorded length; all that is said without opening any.</summary>
    public static Dictionary<string, ManifestEntry> Present(IEnumerable<ManifestEntry> latest, FileLocator locator) =>
        latest
            .Where(entry => locator.Find(entry) is { } path && new FileInfo(path).Length == entry.Bytes)
            .ToDictionary(entry => entry.SopInstanceUid!);

    /// <summary>The same for a study, from its manifest as it is now; nothing where a run has it open.</summary>
    public Dictionary<string, ManifestEntry> Present(string studyInstanceUid, FileLocator locator)
    {
        try
        {
            var latest = new Dictionary<string, ManifestEntry>();
            foreach (var entry in Manifest.Read(ManifestPath(studyInstanceUid)))
            {
                if (entry?.SopInstanceUid is { } uid)
                    latest[uid] = entry;
            }

            return Present(latest.Values, locator);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return [];
        }
    }
}
