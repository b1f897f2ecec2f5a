using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// The record of a study in an archive: one JSON object per line. A line about a file is written before the file is put in its place. If a
/// run is killed, every file therefore has its line, and files after the last line that ends a run may be missing. The lines form a chain
/// of hashes. An open manifest locks its study for other runs. A manifest is never deleted, because a lock on a deleted file locks nothing.
/// </summary>
internal sealed class Manifest : IDisposable
{
    /// <summary>The file name extension of manifests.</summary>
    public const string Extension = ".jsonl";

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _stream;
    private readonly string? _studyInstanceUid;
    private readonly Dictionary<InstanceKey, ManifestEntry> _latest = [];

    /// <summary>The lines after the last end of a run.</summary>
    private readonly List<ManifestEntry> _open = [];

    /// <summary>The position of those lines, and the hash of the line before them.</summary>
    private readonly (long Position, string Hash) _openStart = (0, ManifestChain.Start);

    /// <summary>The hash of the last line.</summary>
    private string _hash = ManifestChain.Start;

    private Manifest(FileStream stream, string? studyInstanceUid)
    {
        _stream = stream;
        _studyInstanceUid = studyInstanceUid;
        var bytes = ReadAll(stream);

        // A run that was killed within a line leaves no end of line. Such a line does not count.
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (end < bytes.Length)
            stream.SetLength(end);
        stream.Seek(0, SeekOrigin.End);
        var position = 0L;
        var isChained = false;
        foreach (var line in Lines(bytes))
        {
            position += line.Length + 1;

            // After a broken chain, the hash in the line is used, so that verification still finds the break.
            ManifestChain.Check(_hash, line, ref isChained, out _hash);
            if (ManifestEntry.FromLine(line) is not { } entry)
                continue;
            if (entry.Status is null)
            {
                _open.Add(entry);
                continue;
            }

            Accept();
            _openStart = (position, _hash);
            if (entry.SeriesInstanceUid is null)
                LastEnd = entry;
        }
    }

    /// <summary>The line that ended the last run for the whole study; null if there is none.</summary>
    public ManifestEntry? LastEnd { get; }

    /// <summary>The latest line of each instance. Incomplete after a killed run until <see cref="Reconcile"/> is called.</summary>
    public IReadOnlyDictionary<InstanceKey, ManifestEntry> Latest => _latest;

    /// <summary>Opens or creates a manifest. Waits while another run has it open.</summary>
    /// <param name="path">The path of the manifest.</param>
    /// <param name="studyInstanceUid">The study, if the file name does not contain its UID; otherwise null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Manifest> OpenAsync(string path, string? studyInstanceUid, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new Manifest(
                    new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1), studyInstanceUid);
            }
            catch (IOException exception) when (FileInUse.Is(exception))
            {
                await Task.Delay(LockInterval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads the lines of a manifest that no run has open.</summary>
    /// <exception cref="IOException">A run has it open.</exception>
    public static ManifestContent Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        var entries = new List<ManifestEntry?>();
        var hashes = new List<string>();
        var (hash, isChained, breaks) = (ManifestChain.Start, false, 0);
        var bytes = ReadAll(stream);
        foreach (var line in Lines(bytes))
        {
            if (!ManifestChain.Check(hash, line, ref isChained, out hash))
                breaks++;
            entries.Add(ManifestEntry.FromLine(line));
            hashes.Add(hash);
        }

        return new ManifestContent(entries, breaks, hashes) { Bytes = bytes };
    }

    /// <summary>Removes the lines of a killed run whose files were not put in their places.</summary>
    /// <param name="holds">Whether the file of a line exists as recorded.</param>
    public void Reconcile(Func<ManifestEntry, bool> holds)
    {
        ManifestEntry[] kept = [.. _open.Where(entry => entry.Dropped is not null || (entry.IsFile && holds(entry)))];
        if (kept.Length < _open.Count)
        {
            _stream.SetLength(_openStart.Position);
            _stream.Seek(0, SeekOrigin.End);
            _hash = _openStart.Hash;
            _open.Clear();
            foreach (var entry in kept)
                Append(entry);
            _open.AddRange(kept);
        }

        foreach (var entry in kept.Where(entry => entry.IsFile))
            _latest[InstanceKey.Of(entry)] = entry;
    }

    /// <summary>Appends a line about a file, then puts the file in its place. If that fails, the line is removed.</summary>
    public void Add(ManifestEntry entry, Action put)
    {
        var (start, hash) = (_stream.Position, _hash);
        Append(entry);
        try
        {
            put();
        }
        catch
        {
            _stream.SetLength(start);
            _hash = hash;
            throw;
        }

        _latest[InstanceKey.Of(entry)] = entry;
        _open.Add(entry);
    }

    /// <summary>Appends a line about an object that was not kept.</summary>
    public void AddDropped(ManifestEntry entry)
    {
        Append(entry);
        _open.Add(entry);
    }

    /// <summary>
    /// Ends a run. The file system has the lines on stable storage when this returns. A run that changed nothing adds no line.
    /// </summary>
    /// <param name="end">The line. A run that found every file in place is as complete as the run that retrieved them.</param>
    /// <returns>The hash of the line; null if no line was added.</returns>
    public string? End(ManifestEntry end)
    {
        var isNews = end.SeriesInstanceUid is null && (end.Status, end.Expected) != (LastEnd?.Status, LastEnd?.Expected);
        if ((_latest.Count == 0 && _open.Count == 0) || (_open.Count == 0 && !isNews))
            return null;
        Append(end);
        _stream.Flush(flushToDisk: true);
        return _hash;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Accept()
    {
        foreach (var entry in _open.Where(entry => entry.IsFile))
            _latest[InstanceKey.Of(entry)] = entry;
        _open.Clear();
    }

    private void Append(ManifestEntry entry)
    {
        var named = entry.StudyInstanceUid == _studyInstanceUid ? entry : entry with { StudyInstanceUid = _studyInstanceUid };
        byte[] line = [.. ManifestChain.Seal(_hash, named.ToLine(), out var hash), (byte)'\n'];
        var start = _stream.Position;
        try
        {
            _stream.Write(line, 0, line.Length);
            _stream.Flush();
            _hash = hash;
        }
        catch (IOException)
        {
            // A full disk may take a part of the line. The next line must not continue it.
            _stream.SetLength(start);
            throw;
        }
    }

    private static byte[] ReadAll(FileStream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<byte[]> Lines(byte[] bytes)
    {
        var start = 0;
        while (Array.IndexOf(bytes, (byte)'\n', start) is >= 0 and var end)
        {
            yield return bytes.AsSpan(start, end - start).ToArray();
            start = end + 1;
        }
    }
}
