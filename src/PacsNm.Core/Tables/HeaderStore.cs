using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Tables;

/// <summary>
/// The headers that earlier tables of an archive read, so that the next one reads only the files that are new or were changed. They are in
/// the archive's own folder, compressed, and readable only by their owner: like the archive, they hold patients' data. Losing them loses
/// nothing.
/// </summary>
/// <param name="archive">The archive.</param>
internal sealed class HeaderStore(LocalArchive archive)
{
    private const int Version = 1;

    private const string Extension = ".headers";

    private readonly HashSet<string> _used = [];

    /// <summary>Why the headers cannot be kept; null if they were.</summary>
    public Exception? Failure { get; private set; }

    private string Folder => Path.Combine(archive.ManifestFolder, "headers");

    /// <summary>Returns what is kept under a key, by path; empty if it cannot be read.</summary>
    public Dictionary<string, StoredHeader> Read(string key)
    {
        var headers = new Dictionary<string, StoredHeader>(StringComparer.Ordinal);
        var kept = PathOf(key);
        _used.Add(kept);
        try
        {
            using var file = new FileStream(kept, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var inflated = new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16);
            using var reader = new BinaryReader(inflated, Encoding.UTF8);
            if (reader.ReadInt32() != Version)
                return [];
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var path = archive.Root + reader.ReadString();
                headers[path] = StoredHeader.Read(reader);
            }

            return headers;
        }
        catch (Exception exception) when (FileFailure.Is(exception) || exception is InvalidDataException or FormatException)
        {
            // A file that was damaged or truncated is written anew.
            return [];
        }
    }

    /// <summary>Keeps headers under a key. Their paths are below the archive's folder, which can be moved.</summary>
    public void Write(string key, IReadOnlyCollection<KeyValuePair<string, StoredHeader>> headers)
    {
        if (Failure is not null)
            return;
        try
        {
            PrivateFolder.Create(archive.ManifestFolder);
            PrivateFile.Replace(PathOf(key), stream =>
            {
                using var compressed = new BufferedStream(new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true), 1 << 16);
                using var writer = new BinaryWriter(compressed, Encoding.UTF8);
                writer.Write(Version);
                writer.Write(headers.Count);
                foreach (var header in headers)
                {
                    writer.Write(header.Key.Substring(archive.Root.Length));
                    header.Value.Write(writer);
                }
            }, isDurable: false);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            Failure = exception;
        }
    }

    /// <summary>Deletes what was not used since the archive was opened: it is about files that no longer exist.</summary>
    public void DeleteUnused()
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(Folder, "*" + Extension).Where(path => !_used.Contains(path)))
                File.Delete(path);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // They cost space and nothing else.
        }
    }

    /// <summary>The name is a hash, because a key can hold the name of a folder, and so a Patient ID.</summary>
    private string PathOf(string key)
    {
        using var sha256 = SHA256.Create();
        var hash = BitConverter.ToString(sha256.ComputeHash(Encoding.UTF8.GetBytes(key)), 0, 16).Replace("-", "");
        return Path.Combine(Folder, hash + Extension);
    }
}
