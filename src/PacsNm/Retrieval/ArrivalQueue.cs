using System.Collections.Concurrent;
using PacsNm.Dicom.Network;

namespace PacsNm.Retrieval;

/// <summary>
/// What one run of a retriever brings: each file is filed as soon as it is closed, on a thread of its own, while the
/// next ones arrive.
/// </summary>
internal sealed class ArrivalQueue : IDisposable
{
    private readonly BlockingCollection<ArrivedFile> _closed = [];
    private readonly HashSet<string> _looked = [];
    private readonly StudyFiling _filing;
    private readonly StagingFolder _staging;
    private readonly string _retriever;
    private readonly CancellationTokenSource _ending;
    private readonly Task _work;
    private DestinationException? _failure;

    /// <summary>Makes the folder, and starts the thread.</summary>
    /// <param name="filing">Files each.</param>
    /// <param name="staging">Where the folder is made.</param>
    /// <param name="retriever">What brings the files.</param>
    /// <param name="ending">Cancelled when the archive cannot be written.</param>
    public ArrivalQueue(StudyFiling filing, StagingFolder staging, string retriever, CancellationTokenSource ending)
    {
        _filing = filing;
        _staging = staging;
        _retriever = retriever;
        _ending = ending;
        Folder = staging.CreateFolder();
        _work = Task.Run(() =>
        {
            foreach (var file in _closed.GetConsumingEnumerable())
            {
                _looked.Add(file.Path);
                File(file.Path, _ => file.DatasetLength, file.Sha256);
            }
        });
    }

    /// <summary>The folder for the retriever to write into.</summary>
    public string Folder { get; }

    /// <summary>Adds a file that the retriever has closed.</summary>
    public void Add(ArrivedFile file) => _closed.Add(file);

    /// <summary>Adds a file of a retriever that names it by its UID.</summary>
    public void AddByUid(string sopInstanceUid, long datasetLength) =>
        Add(new ArrivedFile(Path.Combine(Folder, sopInstanceUid), datasetLength));

    /// <summary>Files all that is left in the folder, now that the retriever has ended.</summary>
    /// <exception cref="DestinationException">The archive cannot be written; what is whole is kept in the staging folder.</exception>
    public async Task FinishAsync(RetrieveObserver observer)
    {
        _closed.CompleteAdding();
        await _work.ConfigureAwait(false);

        // What was looked at and is still there was rejected.
        foreach (var path in Directory.EnumerateFiles(Folder).Where(path => !_looked.Contains(path) && !path.EndsWith(StagingFolder.Verified, StringComparison.Ordinal)).ToArray())
            File(path, uid => observer.DatasetLengths.TryGetValue(uid, out var length) ? length : null);
        if (_failure is not null)
            throw _failure;
    }

    /// <inheritdoc/>
    public void Dispose() => _closed.Dispose();

    private void File(string path, Func<string, long?> sentLength, string? sha256 = null)
    {
        try
        {
            _filing.File(path, sentLength, _retriever, sha256);
        }
        catch (DestinationException exception)
        {
            // The others may be whole too: they are looked at all the same.
            _failure ??= exception;
            _staging.Keep = true;
            _ending.Cancel();
        }
    }
}
