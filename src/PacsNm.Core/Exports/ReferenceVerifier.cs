using System.Security.Cryptography;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Exports;

/// <summary>
/// Verifies the files of a folder against a list of checksums that another program may have made. Memory grows by some 30 bytes per line.
/// </summary>
/// <param name="root">The full path of the folder.</param>
/// <param name="patience">Waits for programs that have a file open.</param>
/// <param name="work">The threads that read files.</param>
/// <param name="read">Called for each block that was read, with its length in bytes; on any thread.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class ReferenceVerifier(
    string root,
    FilePatience patience,
    OrderedWork work,
    Action<int> read,
    CancellationToken cancellationToken)
{
    private readonly HashSet<ulong> _named = [];
    private readonly HashSet<ulong> _pairs = [];
    private readonly List<int> _unusable = [];

    /// <summary>The numbers of the lines that cannot be read or used.</summary>
    public IReadOnlyList<int> UnusableLines => _unusable;

    /// <summary>The number of files that exist.</summary>
    public int Files { get; private set; }

    /// <summary>The total size of these files in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Verifies the files that a list names.</summary>
    /// <param name="lines">The lines of the list.</param>
    /// <param name="prefix">The folder in the list that stands for the root; empty if paths begin at the root.</param>
    public IEnumerable<PathVerdict> Verify(IEnumerable<ListedChecksum> lines, string prefix)
    {
        foreach (var check in work.Run(lines.Select(line => Find(line, prefix)).OfType<Check>(), Verified, cancellationToken))
        {
            if (check.Symbol != PathVerdict.Missing)
            {
                Files++;
                Bytes += check.Length;
            }

            yield return new PathVerdict(check.Symbol, check.Path);
        }
    }

    /// <summary>Returns the files that no list named. The module's own folder and the lists themselves are not looked at.</summary>
    /// <param name="problem">Called for each folder that cannot be read.</param>
    /// <param name="folder">The folder to look in.</param>
    /// <param name="lists">The full paths of the lists.</param>
    public IEnumerable<PathVerdict> Unlisted(Action<string, Exception> problem, string folder, params string[] lists) =>
        new FolderWalk(problem).Files(folder).Where(path => !lists.Contains(path) && !_named.Contains(HashOf(path, "")))
            .Select(path => new PathVerdict(PathVerdict.Unlisted, ArchiveFiles.Relative(root, path)));

    private Check? Find(ListedChecksum line, string prefix)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (line.Path is null || RelativeOf(line.Path, prefix) is not { } path)
        {
            _unusable.Add(line.Number);
            return null;
        }

        // The manifests of an archive change with each run, and those in a bag that was made of it do not.
        if (prefix.Length > 0 && path.StartsWith(LocalArchive.OwnFolder + "/", StringComparison.Ordinal))
            return null;
        var full = Existing(path);
        var isNew = _named.Add(HashOf(full, ""));
        if (_pairs.Add(HashOf(full, line.Checksum)) == isNew)
            return isNew ? new Check(path, full, line.Checksum) : null;

        // Two checksums for one file cannot both be right.
        _unusable.Add(line.Number);
        return null;
    }

    /// <summary>Returns the path below the root, with slashes; null for a path that leaves it.</summary>
    private string? RelativeOf(string path, string prefix)
    {
        if (Path.DirectorySeparatorChar == '\\')
            path = path.Replace('\\', '/');
        var absolute = root.Replace(Path.DirectorySeparatorChar, '/').TrimEnd('/') + "/";
        if (path.StartsWith(absolute, StringComparison.Ordinal))
            path = path.Substring(absolute.Length);
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path.Substring(2);
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        path = path.Substring(prefix.Length);
        var isInside = path.Split('/').All(part => part is not ("" or "." or "..") && part.IndexOf('\0') < 0
            && (Path.DirectorySeparatorChar != '\\' || part.IndexOf(':') < 0));
        return isInside ? path : null;
    }

    /// <summary>Some systems write names in another normal form of Unicode than others.</summary>
    private string Existing(string path)
    {
        string[] forms = [path, path.Normalize(), path.Normalize(System.Text.NormalizationForm.FormD)];
        return forms.Select(FullPath).FirstOrDefault(File.Exists) ?? FullPath(path);
    }

    private string FullPath(string path) => Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));

    private Check Verified(Check check, CancellationToken stopping)
    {
        try
        {
            var file = new FileInfo(check.FullPath);
            if (!file.Exists)
                return check;
            var hash = patience.Run(() => VerifiedFile.HashOf(check.FullPath, AlgorithmOf(check.Checksum), read, stopping));
            return check with { Length = file.Length, Symbol = hash == check.Checksum ? PathVerdict.Same : PathVerdict.Altered };
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return check with { Symbol = PathVerdict.Unreadable };
        }
    }

    private static HashAlgorithmName AlgorithmOf(string checksum) => checksum.Length switch
    {
        32 => HashAlgorithmName.MD5,
        40 => HashAlgorithmName.SHA1,
        128 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>A hash of 64 bits (FNV-1a) of a path and a checksum.</summary>
    private static ulong HashOf(string path, string checksum)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in path)
            hash = (hash ^ character) * 1099511628211UL;
        foreach (var character in checksum)
            hash = (hash ^ character) * 1099511628211UL;
        return hash;
    }

    private sealed record Check(string Path, string FullPath, string Checksum)
    {
        public long Length { get; init; }

        public char Symbol { get; init; } = PathVerdict.Missing;
    }
}
