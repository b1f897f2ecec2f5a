using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;

namespace PacsNm.Exports;

/// <summary>
/// Makes a bag (RFC 8493) with the files of an archive. Its payload is an archive too: it contains the manifests of the studies. The bag is
/// made beside its place, and moved there when it is complete.
/// </summary>
internal sealed class Bag : IDisposable
{
    private const string Payload = "data/";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly LocalArchive _archive;
    private readonly string _path;
    private readonly string _folder;
    private readonly bool _copies;
    private readonly Stream _manifest;
    private readonly HashSet<string> _folders = [];
    private readonly HashSet<string> _placed = [];
    private readonly StringBuilder _ends = new();
    private readonly CancellationToken _cancellationToken;
    private long _bytes;
    private long _files;
    private bool _isKept;

    /// <summary>Begins a bag.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="path">The folder of the bag, which must not exist, or be empty.</param>
    /// <param name="copies">Whether files are copied. Otherwise they are hard links, where the file system has them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public Bag(LocalArchive archive, string path, bool copies, CancellationToken cancellationToken)
    {
        _path = path.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        (_archive, _copies, _cancellationToken) = (archive, copies, cancellationToken);
        _folder = $"{_path}.{Guid.NewGuid():N}";
        PrivateFolder.Create(Path.Combine(_folder, "data"));
        _manifest = PrivateFile.Open(Path.Combine(_folder, "manifest-sha256.txt"), FileMode.CreateNew, FileShare.Read);
    }

    /// <summary>Adds a study: its files and its manifest. A file that does not exist has a line, so that a check of the bag reports it.</summary>
    /// <returns>The number of files that cannot be read, or that were copied and are not as recorded.</returns>
    public int Add(RecordedStudy study)
    {
        var altered = 0;
        foreach (var file in study.Files)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (!_placed.Add(file.Path))
                continue;
            AddLine(file.Entry.Sha256!, file.Path);
            if (!file.Exists)
                continue;
            try
            {
                if (Place(file) is { } sha256 && sha256 != file.Entry.Sha256)
                    altered++;
            }
            catch (UnreadableException)
            {
                altered++;
            }
        }

        AddOwn(study.Name + Manifest.Extension, study.Manifest!);
        if (study.LastEnd is { } hash)
            _ends.Append($"{study.Name} {hash}\n");
        return altered;
    }

    /// <summary>Ends the bag and moves it to its place.</summary>
    /// <param name="fields">Further fields of bag-info.txt.</param>
    public void Finish(IEnumerable<KeyValuePair<string, string>> fields)
    {
        if (_ends.Length > 0)
            AddOwn(ManifestEnds.FileName, Utf8.GetBytes(_ends.ToString()));
        _manifest.Dispose();
        WriteTag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        var info = new StringBuilder();
        KeyValuePair<string, string>[] own =
        [
            new("Bagging-Date", DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            new("Bag-Software-Agent", Implementation.VersionName),
            new("Payload-Oxum", FormattableString.Invariant($"{_bytes}.{_files}")),
        ];
        KeyValuePair<string, string>[] given = [.. fields];
        bool IsGiven(string name) => given.Any(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        foreach (var field in given.Concat(own.Where(field => !IsGiven(field.Key))))
            info.Append($"{field.Key}: {Folded(field.Value)}\n");
        WriteTag("bag-info.txt", info.ToString());
        string[] tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"];
        var lines = tags.Select(name => $"{VerifiedFile.Sha256Of(Path.Combine(_folder, name))}  {name}\n");
        WriteTag("tagmanifest-sha256.txt", string.Concat(lines));
        if (Directory.Exists(_path))
            Directory.Delete(_path);
        new FilePatience().Run(() => Directory.Move(_folder, _path));
        _isKept = true;
    }

    /// <summary>Removes a bag that was not finished.</summary>
    public void Dispose()
    {
        if (_isKept)
            return;
        try
        {
            _manifest.Dispose();
        }
        catch (IOException)
        {
            // The disk is full.
        }

        try
        {
            new FilePatience().Run(() => Directory.Delete(_folder, recursive: true));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // The cause has been reported.
        }
    }

    /// <summary>Whether a text can be the name of a field of bag-info.txt that is not written by itself.</summary>
    public static bool IsField(string name) =>
        name.Length > 0 && name.Trim() == name && !name.Any(c => c is ':' or '\r' or '\n')
            && !name.Equals("Payload-Oxum", StringComparison.OrdinalIgnoreCase);

    /// <summary>Encodes a path for a manifest (RFC 8493 2.1.3).</summary>
    public static string Encoded(string path) => path.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    /// <summary>A line that begins with a blank continues a field.</summary>
    private static string Folded(string value) => value.Replace("\r\n", "\n").Replace('\r', '\n').Replace("\n", "\n  ");

    /// <summary>Adds a file of the archive's own folder, as it was read: a run may have changed it since.</summary>
    private void AddOwn(string name, byte[] content)
    {
        var path = $"{LocalArchive.OwnFolder}/{name}";
        var target = Target(path);
        PrivateFile.Replace(target, content);
        AddLine(VerifiedFile.Sha256Of(target), path);
        _files++;
        _bytes += content.Length;
    }

    private void AddLine(string sha256, string path)
    {
        var line = Utf8.GetBytes($"{sha256}  {Encoded(Payload + path)}\n");
        _manifest.Write(line, 0, line.Length);
    }

    /// <summary>Puts a file in its place.</summary>
    /// <returns>Its SHA-256 if it was copied; null if it is a link.</returns>
    private string? Place(RecordedFile file)
    {
        var source = Path.Combine(_archive.Root, file.Path.Replace('/', Path.DirectorySeparatorChar));
        var target = Target(file.Path);
        string? sha256 = null;
        if (_copies || !HardLink.TryCreate(source, target))
            sha256 = Copy(source, target);
        _files++;
        _bytes += new FileInfo(target).Length;
        return sha256;
    }

    /// <summary>The path of a file of the payload, whose folder exists then.</summary>
    private string Target(string path)
    {
        var target = Path.Combine(_folder, (Payload + path).Replace('/', Path.DirectorySeparatorChar));
        if (_folders.Add(Path.GetDirectoryName(target)!))
            PrivateFolder.Create(Path.GetDirectoryName(target)!);
        return target;
    }

    private string Copy(string path, string target)
    {
        using var source = OpenToRead(path);
        using var copy = PrivateFile.Open(target, FileMode.CreateNew, FileShare.None);
        using var sha256 = SHA256.Create();
        var block = new byte[1 << 16];
        while (source.Read(block, 0, block.Length) is > 0 and var count)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            sha256.TransformBlock(block, 0, count, null, 0);
            copy.Write(block, 0, count);
        }

        sha256.TransformFinalBlock([], 0, 0);
        return HashingStream.Text(sha256.Hash!);
    }

    private static FileStream OpenToRead(string path)
    {
        try
        {
            return new FilePatience().Run(
                () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            throw new UnreadableException(exception);
        }
    }

    private void WriteTag(string name, string text)
    {
        var bytes = Utf8.GetBytes(text);
        PrivateFile.Replace(Path.Combine(_folder, name), bytes);
    }

    /// <summary>A file of the archive cannot be read.</summary>
    private sealed class UnreadableException(Exception inner) : Exception(inner.Message, inner);
}
