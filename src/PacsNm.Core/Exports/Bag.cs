using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PacsNm.Archive;
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
    private long _bytes;
    private long _files;
    private bool _isKept;

    /// <summary>Begins a bag.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="path">The folder of the bag, which must not exist, or be empty.</param>
    /// <param name="copies">Whether files are copied. Otherwise they are hard links, where the file system has them.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public Bag(LocalArchive archive, string path, bool copies)
    {
        (_archive, _path, _copies) = (archive, path, copies);
        if (Directory.Exists(path))
            Directory.Delete(path);
        _folder = $"{path}.{Guid.NewGuid():N}";
        PrivateFolder.Create(Path.Combine(_folder, "data"));
        _manifest = PrivateFile.Open(Path.Combine(_folder, "manifest-sha256.txt"), FileMode.CreateNew, FileShare.Read);
    }

    /// <summary>Adds a study: its files and its manifest. A file that does not exist has a line, so that a check of the bag reports it.</summary>
    /// <returns>The SOP Instance UIDs of files that are not as recorded.</returns>
    public IReadOnlyList<string> Add(RecordedStudy study)
    {
        var altered = new List<string>();
        foreach (var file in study.Files)
        {
            AddLine(file.Entry.Sha256!, file.Path);
            if (!file.Exists)
                continue;
            var sha256 = Place(Path.Combine(_archive.Root, file.Path.Replace('/', Path.DirectorySeparatorChar)), file.Path, _copies);
            if (sha256 is not null && sha256 != file.Entry.Sha256)
                altered.Add(file.Entry.SopInstanceUid!);
        }

        AddOwn(study.Name + Manifest.Extension);
        return altered;
    }

    /// <summary>Ends the bag and moves it to its place.</summary>
    /// <param name="fields">Further fields of bag-info.txt.</param>
    public void Finish(IEnumerable<KeyValuePair<string, string>> fields)
    {
        AddOwn(ManifestEnds.FileName);
        _manifest.Dispose();
        WriteTag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        var info = new StringBuilder();
        KeyValuePair<string, string>[] own =
        [
            new("Bagging-Date", DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            new("Bag-Software-Agent", Implementation.VersionName),
            new("Payload-Oxum", FormattableString.Invariant($"{_bytes}.{_files}")),
        ];
        foreach (var field in fields.Concat(own))
            info.Append($"{field.Key}: {Folded(field.Value)}\n");
        WriteTag("bag-info.txt", info.ToString());
        string[] tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"];
        var lines = tags.Select(name => $"{VerifiedFile.Sha256Of(Path.Combine(_folder, name))}  {name}\n");
        WriteTag("tagmanifest-sha256.txt", string.Concat(lines));
        new FilePatience().Run(() => Directory.Move(_folder, _path));
        _isKept = true;
    }

    /// <summary>Removes a bag that was not finished.</summary>
    public void Dispose()
    {
        _manifest.Dispose();
        if (!_isKept && Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Whether a text can be the name of a field of bag-info.txt that is not written by itself.</summary>
    public static bool IsField(string name) =>
        name.Length > 0 && name.Trim() == name && !name.Any(c => c is ':' or '\r' or '\n')
            && !name.Equals("Payload-Oxum", StringComparison.OrdinalIgnoreCase);

    /// <summary>Encodes a path for a manifest (RFC 8493 2.1.3).</summary>
    public static string Encoded(string path) => path.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    /// <summary>A line that begins with a blank continues a field.</summary>
    private static string Folded(string value) => value.Replace("\r\n", "\n").Replace('\r', '\n').Replace("\n", "\n  ");

    private void AddOwn(string name)
    {
        var path = Path.Combine(_archive.ManifestFolder, name);
        if (!File.Exists(path))
            return;
        var place = $"{LocalArchive.OwnFolder}/{name}";

        // A later run appends to the file, so it is never a link.
        AddLine(Place(path, place, isCopy: true)!, place);
    }

    private void AddLine(string sha256, string path)
    {
        var line = Utf8.GetBytes($"{sha256}  {Encoded(Payload + path)}\n");
        _manifest.Write(line, 0, line.Length);
    }

    /// <summary>Puts a file in its place.</summary>
    /// <returns>Its SHA-256 if it was copied; null if it is a link.</returns>
    private string? Place(string file, string path, bool isCopy)
    {
        var target = Path.Combine(_folder, (Payload + path).Replace('/', Path.DirectorySeparatorChar));
        if (_folders.Add(Path.GetDirectoryName(target)!))
            PrivateFolder.Create(Path.GetDirectoryName(target)!);
        _files++;
        if (!isCopy && HardLink.TryCreate(file, target))
        {
            _bytes += new FileInfo(target).Length;
            return null;
        }

        return new FilePatience().Run(() => Copy(file, target));
    }

    private string Copy(string file, string target)
    {
        using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = PrivateFile.Open(target, FileMode.Create, FileShare.None);
        using var sha256 = SHA256.Create();
        var block = new byte[1 << 16];
        while (source.Read(block, 0, block.Length) is > 0 and var count)
        {
            sha256.TransformBlock(block, 0, count, null, 0);
            copy.Write(block, 0, count);
            _bytes += count;
        }

        sha256.TransformFinalBlock([], 0, 0);
        return HashingStream.Text(sha256.Hash!);
    }

    private void WriteTag(string name, string text)
    {
        var bytes = Utf8.GetBytes(text);
        PrivateFile.Replace(Path.Combine(_folder, name), bytes);
    }
}
