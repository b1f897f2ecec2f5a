using PacsNm.Dicom.Data;

namespace PacsNm.Tables;

/// <summary>A file of a table before its header is read.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Status">What the manifest says about it; null if no archive was given.</param>
/// <param name="Sha256">The SHA-256 that the manifest records; null for a file that is in no manifest.</param>
internal readonly record struct TableEntry(string Path, ManifestStatus? Status = null, string? Sha256 = null);

/// <summary>Reads the headers of some files side by side.</summary>
/// <param name="entries">The files.</param>
/// <param name="known">The headers that were read earlier, by path.</param>
internal sealed class HeaderBatch(IReadOnlyList<TableEntry> entries, IReadOnlyDictionary<string, StoredHeader> known)
{
    /// <summary>The most files in memory at a time.</summary>
    public const int Size = 1024;

    /// <summary>A file server answers several requests in the time of one, so there are more threads than cores.</summary>
    private const int Threads = 8;

    private readonly StoredHeader?[] _headers = new StoredHeader?[entries.Count];
    private readonly Dataset?[] _datasets = new Dataset?[entries.Count];
    private readonly Exception?[] _failures = new Exception?[entries.Count];
    private int _read;

    /// <summary>Whether the headers are others than those that were read earlier.</summary>
    public bool IsChanged => _read > 0 || known.Count != _headers.Count(header => header is not null);

    /// <summary>The headers that were read, by path.</summary>
    public IReadOnlyCollection<KeyValuePair<string, StoredHeader>> Headers =>
    [
        .. entries.Select((entry, index) => new KeyValuePair<string, StoredHeader>(entry.Path, _headers[index]!))
            .Where(header => header.Value is not null),
    ];

    /// <summary>Reads the headers.</summary>
    /// <exception cref="OperationCanceledException">The call was stopped.</exception>
    public void Read(CancellationToken cancellationToken) => Parallel.For(
        0,
        entries.Count,
        new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellationToken },
        ReadOne);

    /// <summary>Returns the rows of the files that could be read.</summary>
    /// <param name="problem">Called for each other file; the exception is null if it is not a DICOM file.</param>
    public IEnumerable<FileRow> Rows(Action<string, Exception?> problem)
    {
        for (var index = 0; index < entries.Count; index++)
        {
            var (path, status, sha256) = entries[index];
            if (_datasets[index] is { } header)
                yield return new FileRow(path, _headers[index]!.Length, header) { Status = status, Sha256 = sha256 };
            else
                problem(path, _failures[index]);
        }
    }

    private void ReadOne(int index)
    {
        var path = entries[index].Path;
        try
        {
            var file = new FileInfo(path);
            var (length, written) = (file.Length, file.LastWriteTimeUtc.Ticks);
            if (!known.TryGetValue(path, out var stored) || stored.Length != length || stored.Written != written)
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
                stored = new StoredHeader(length, written, Part10File.ReadHeaderBytes(stream, attributes: null));
                Interlocked.Increment(ref _read);
            }

            _datasets[index] = stored.Header?.Read();
            _headers[index] = stored;
        }
        catch (Exception exception) when (FileFailure.Is(exception) || exception is DicomDataException)
        {
            _failures[index] = exception;
        }
    }
}
