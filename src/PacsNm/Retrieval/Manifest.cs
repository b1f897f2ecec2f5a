namespace PacsNm.Retrieval;

/// <summary>
/// The record of a study in an archive, one JSON object a line, only ever appended to. A line about a file is written
/// before the file is put in its place: whenever a run is killed, no file is there that no line tells of, and files of
/// a run that did not end are not demanded. While it is open no other run can work on the study.
/// </summary>
internal sealed class Manifest : IDisposable
{
    /// <summary>The end of its name.</summary>
    public const string Extension = ".jsonl";

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly Dictionary<string, ManifestEntry> _latest = [];

    /// <summary>Whether there are lines about files that no end of a run follows.</summary>
    private bool _hasOpenLines;

    private Manifest(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        var bytes = ReadAll(stream);

        // A run that was killed in mid-line leaves no end of line: the line never counted.
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (end < bytes.Length)
            stream.SetLength(end);
        stream.Seek(0, SeekOrigin.End);
        foreach (var entry in Lines(bytes).Select(ManifestEntry.FromLine))
        {
            _hasOpenLines = entry?.Status is null;
            if (entry?.SopInstanceUid is { } uid)
                _latest[uid] = entry;
            else if (entry is { Status: not null, SeriesInstanceUid: null })
                LastEnd = entry;
        }
    }

    /// <summary>How the last run for the whole study ended; null if none did.</summary>
    public ManifestEntry? LastEnd { get; }

    /// <summary>The latest line of each SOP Instance UID.</summary>
    public IReadOnlyDictionary<string, ManifestEntry> Latest => _latest;

    /// <summary>Opens a manifest, or begins one; waits while another run has it open.</summary>
    public static async Task<Manifest> OpenAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new Manifest(path, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
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
        _hasOpenLines = true;
    }

    /// <summary>Ends a run: what is recorded is there. A run that changed nothing leaves no line.</summary>
    /// <param name="status">What it came to.</param>
    /// <param name="expected">Instances that it expected.</param>
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
        if (_latest.Count == 0 || (!_hasOpenLines && !isNews))
            return;
        Append(end);
        _stream.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Before it is closed, since until then nobody else can have begun it; after, since Windows wants it so.
        var isEmpty = _stream.Length == 0;
        if (isEmpty)
            Delete();
        _stream.Dispose();
        if (isEmpty && Path.DirectorySeparatorChar == '\\')
            Delete();
    }

    private void Delete()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
        }
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
