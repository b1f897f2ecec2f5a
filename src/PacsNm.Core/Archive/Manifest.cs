using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// The record of a study in an archive, one JSON object a line. A line about a file is written before the file is put in
/// its place: whenever a run is killed, no file is there that no line tells of, and files of a run that did not end are
/// not demanded. While it is open no other run can work on the study; it is never deleted, since a lock on a file that is
/// gone would hold nobody.
/// </summary>
internal sealed class Manifest : IDisposable
{
    /// <summary>The end of its name.</summary>
    public const string Extension = ".jsonl";

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _stream;
    private readonly Dictionary<string, ManifestEntry> _latest = [];

    /// <summary>The lines that no end of a run follows.</summary>
    private readonly List<ManifestEntry> _open = [];

    /// <summary>Where those begin.</summary>
    private readonly long _openStart;

    private Manifest(FileStream stream)
    {
        _stream = stream;
        var bytes = ReadAll(stream);

        // A run that was killed in mid-line leaves no end of line: the line never counted.
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (end < bytes.Length)
            stream.SetLength(end);
        stream.Seek(0, SeekOrigin.End);
        var position = 0L;
        foreach (var line in Lines(bytes))
        {
            position += line.Length + 1;
            if (ManifestEntry.FromLine(line) is not { } entry)
                continue;
            if (entry.Status is null)
            {
                _open.Add(entry);
                continue;
            }

            Accept();
            _openStart = position;
            if (entry.SeriesInstanceUid is null)
                LastEnd = entry;
        }
    }

    /// <summary>How the last run for the whole study ended; null if none did.</summary>
    public ManifestEntry? LastEnd { get; }

    /// <summary>The latest line of each SOP Instance UID, once what a killed run left has been reconciled.</summary>
    public IReadOnlyDictionary<string, ManifestEntry> Latest => _latest;

    /// <summary>Opens a manifest, or begins one; waits while another run has it open.</summary>
    public static async Task<Manifest> OpenAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new Manifest(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            }
            catch (IOException exception) when (FileInUse.Is(exception))
            {
                await Task.Delay(LockInterval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads the lines of a manifest that nobody writes; null stands for a line that cannot be read.</summary>
    /// <exception cref="IOException">A run has it open.</exception>
    public static IReadOnlyList<ManifestEntry?> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return [.. Lines(ReadAll(stream)).Select(ManifestEntry.FromLine)];
    }

    /// <summary>Drops the lines of a killed run whose files it did not come to put in their places.</summary>
    /// <param name="holds">Whether the file of a line is there as it says.</param>
    public void Reconcile(Func<ManifestEntry, bool> holds)
    {
        ManifestEntry[] kept = [.. _open.Where(entry => entry.SopInstanceUid is not null && holds(entry))];
        if (kept.Length < _open.Count)
        {
            _stream.SetLength(_openStart);
            _stream.Seek(0, SeekOrigin.End);
            _open.Clear();
            foreach (var entry in kept)
                Append(entry);
            _open.AddRange(kept);
        }

        foreach (var entry in kept)
            _latest[entry.SopInstanceUid!] = entry;
    }

    /// <summary>Appends a line about a file, then puts the file in its place. If that fails the line goes again.</summary>
    public void Add(ManifestEntry entry, Action put)
    {
        var start = _stream.Position;
        Append(entry);
        try
        {
            put();
        }
        catch
        {
            _stream.SetLength(start);
            throw;
        }

        _latest[entry.SopInstanceUid!] = entry;
        _open.Add(entry);
    }

    /// <summary>Ends a run: what is recorded is there. A run that changed nothing leaves no line.</summary>
    /// <param name="status">What it came to.</param>
    /// <param name="expected">Instances that the study has, as far as that is known.</param>
    /// <param name="seriesInstanceUid">The series, if it was not for the whole study.</param>
    public void End(SaveStatus status, int? expected, string? seriesInstanceUid)
    {
        var end = new ManifestEntry
        {
            Status = $"{(status == SaveStatus.Skipped ? SaveStatus.Complete : status)}",
            Expected = expected,
            SeriesInstanceUid = seriesInstanceUid,
        };
        var isNews = seriesInstanceUid is null && (end.Status, end.Expected) != (LastEnd?.Status, LastEnd?.Expected);
        if (_latest.Count == 0 || (_open.Count == 0 && !isNews))
            return;
        Append(end);
        _stream.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Accept()
    {
        foreach (var entry in _open.Where(entry => entry.SopInstanceUid is not null))
            _latest[entry.SopInstanceUid!] = entry;
        _open.Clear();
    }

    private void Append(ManifestEntry entry)
    {
        var line = entry.ToLine();
        var start = _stream.Position;
        try
        {
            _stream.Write(line, 0, line.Length);
            _stream.Flush();
        }
        catch (IOException)
        {
            // A full disk takes part of a line; the next one must not be its continuation.
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
