using System.Text;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// A file beside the manifests with the hash of each line that ended a run. A chain of hashes does not show that its last lines, or the
/// whole manifest, were removed. This file does.
/// </summary>
/// <param name="folder">The folder of the manifests.</param>
internal sealed class ManifestEnds(string folder)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "ends.txt";

    private readonly string _path = Path.Combine(folder, FileName);

    /// <summary>Adds the end of a run. If that fails, the previous end stays valid.</summary>
    /// <param name="manifest">The name of the manifest, without its extension.</param>
    /// <param name="hash">The hash of its last line.</param>
    public void Add(string manifest, string hash)
    {
        try
        {
            PrivateFile.Append(_path, Encoding.ASCII.GetBytes($"{manifest} {hash}\n"));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // The previous end stays valid.
        }
    }

    /// <summary>Returns the latest hash of each manifest. Call it before reading the manifests.</summary>
    public IReadOnlyDictionary<string, string> Read()
    {
        var latest = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(_path))
            return latest;
        using var reader = new StreamReader(
            new FilePatience().Run(() => new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)));
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ') is [var manifest, var hash])
                latest[manifest] = hash;
        }

        return latest;
    }
}
