using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Reads the manifests of an archive.</summary>
internal sealed class ManifestReader
{
    /// <summary>A run holds its manifest for minutes, and a scanner for less than this.</summary>
    private readonly FilePatience _patience = new(TimeSpan.FromMilliseconds(300));

    private readonly IReadOnlyDictionary<string, string> _ends;
    private readonly string _folder;

    /// <summary>Lists the manifests. Runs that ended before that must be in them.</summary>
    public ManifestReader(LocalArchive archive)
    {
        _folder = archive.ManifestFolder;
        _ends = new ManifestEnds(_folder).Read();
        Names = Directory.Exists(_folder)
            ?
            [
                .. Directory.EnumerateFiles(_folder, "*" + Manifest.Extension)
                    .Select(path => Path.GetFileNameWithoutExtension(path)!)
                    .Union(_ends.Keys.Where(name => SafeName.From(name, SafeName.MaximumFileLength) == name))
                    .OrderBy(name => name, StringComparer.Ordinal),
            ]
            : [];
    }

    /// <summary>The names of the manifests without their extension, also of those that were deleted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The hash of the line that ended the last run, as recorded beside the manifests; null if there is none.</summary>
    public string? LastEndOf(string name) => _ends.TryGetValue(name, out var hash) ? hash : null;

    /// <summary>Reads a manifest; null while a run has it open. One that was deleted has no lines.</summary>
    public ManifestContent? Read(string name)
    {
        try
        {
            return _patience.Run(() => Manifest.Read(Path.Combine(_folder, name + Manifest.Extension)));
        }
        catch (FileNotFoundException)
        {
            return ManifestContent.Empty;
        }
        catch (Exception exception) when (FileInUse.Is(exception) || exception is UnauthorizedAccessException)
        {
            return null;
        }
    }
}
