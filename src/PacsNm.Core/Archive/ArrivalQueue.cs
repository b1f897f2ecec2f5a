using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Retrievers;

namespace PacsNm.Archive;

/// <summary>
/// The files that one run of a retriever brings. A thread of its own adds each file to the archive as soon as it is closed, while further
/// files arrive.
/// </summary>
internal sealed class ArrivalQueue
{
    /// <summary>How often the folder is searched if nothing observes the objects as they pass.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The bytes that may wait in the queue. The retriever waits while the queue is full, so that little is left to do after a stop.
    /// </summary>
    private const long Capacity = 64 << 20;

    /// <summary>The cost of adding any file to the archive, as the number of bytes that could be read in the same time.</summary>
    private const long Effort = 8 << 20;

    private readonly WorkQueue<Item> _closed = new(Capacity, item => item.Weight);
    private readonly StudyIntake _intake;
    private readonly Retriever _retriever;
    private readonly FilePatience _patience;
    private readonly CancellationTokenSource _ending;
    private readonly Task _work;
    private DestinationException? _failure;
    private int _taken;

    /// <summary>Creates the folder and starts the thread.</summary>
    /// <param name="intake">Adds each file to the archive.</param>
    /// <param name="staging">The folder to create the run's folder in.</param>
    /// <param name="retriever">The retriever that writes the files.</param>
    /// <param name="ending">Cancelled if the archive cannot be written to.</param>
    public ArrivalQueue(StudyIntake intake, StagingFolder staging, Retriever retriever, CancellationTokenSource ending)
    {
        _intake = intake;
        _retriever = retriever;
        _ending = ending;
        _patience = new FilePatience(ending.Token);
        Folder = staging.CreateFolder();

        // A thread pool on two cores has two threads, and the network needs them.
        _work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The number of instances that this run brought and no earlier one did.</summary>
    public int Received { get; private set; }

    /// <summary>The folder that the retriever writes to.</summary>
    public string Folder { get; }

    /// <summary>Adds a file that the retriever has closed.</summary>
    public void Add(ArrivedFile file) => _closed.Add(new Item(file, null));

    /// <summary>
    /// Adds a file of getscu, whose name is its UID. The file is renamed immediately, because getscu would overwrite it with a second
    /// object that has the same UID.
    /// </summary>
    public void AddByUid(string sopInstanceUid, long datasetLength)
    {
        var taken = Path.Combine(Folder, $"{Interlocked.Increment(ref _taken)}.taken");
        try
        {
            _patience.Run(() => File.Move(Path.Combine(Folder, sopInstanceUid), taken));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // FinishAsync looks at every file that is left.
            return;
        }

        Add(new ArrivedFile(taken, datasetLength));
    }

    /// <summary>Waits until all files that were added so far are in the archive or rejected.</summary>
    public Task DrainAsync()
    {
        var reached = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _closed.Add(new Item(null, reached));
        return Task.WhenAny(reached.Task, _work);
    }

    /// <summary>Adds the files that are left in the folder. Called after the retriever has ended.</summary>
    /// <returns>Why the archive cannot be written to; null if it can. Files that arrived whole then stay in the staging folder.</returns>
    public async Task<DestinationException?> FinishAsync(RetrieveObserver observer)
    {
        _closed.Complete();
        await _work.ConfigureAwait(false);

        // Verified files come last: they did not fit before, and deleting the files that are not whole may have made room.
        foreach (var path in Directory.GetFiles(Folder).OrderBy(IsVerified))
            Take(path, (uid, length) => observer.LengthsOf(uid) is { Count: > 0 } sent ? sent.Contains(length) : null);
        return _failure;
    }

    private static bool IsVerified(string path) => path.EndsWith(StagingFolder.Verified, StringComparison.Ordinal);

    private void Work()
    {
        var isSeen = false;
        try
        {
            while (!_closed.IsEnded)
            {
                if (_closed.TryTake(SweepInterval, out var closed))
                {
                    isSeen |= closed!.File is not null;
                    closed.Reached?.TrySetResult(true);
                    if (closed.File is { } file)
                        Take(file.Path, (_, length) => length == file.DatasetLength, file.Sha256);
                }
                else if (!isSeen)
                {
                    Sweep();
                }
            }
        }
        finally
        {
            // DrainAsync must not wait for a thread that has ended.
            _closed.Complete();
        }
    }

    /// <summary>
    /// Adds every file that is older than the newest one. A retriever writes one file at a time, so these files are closed.
    /// </summary>
    private void Sweep()
    {
        FileInfo[] files;
        try
        {
            files = new DirectoryInfo(Folder).GetFiles();
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // The next sweep tries again.
            return;
        }

        var newest = files.Select(file => file.LastWriteTimeUtc).DefaultIfEmpty().Max();
        foreach (var file in files.Where(file => file.LastWriteTimeUtc < newest && !IsVerified(file.Name)))
            Take(file.FullName, (_, _) => null);
    }

    private void Take(string path, Func<string, long, bool?> wasSent, string? sha256 = null)
    {
        try
        {
            if (_intake.Take(path, wasSent, _retriever, sha256))
                Received++;
        }
        catch (DestinationException exception)
        {
            // The remaining files may be whole too, so all of them are tried.
            _failure ??= exception;
            _ending.Cancel();
        }
    }

    /// <summary>A file to add, or a mark that <see cref="DrainAsync"/> waits for.</summary>
    private sealed record Item(ArrivedFile? File, TaskCompletionSource<bool>? Reached)
    {
        public long Weight => File is null ? 0 : Effort + (File.Sha256 is null ? File.DatasetLength : 0);
    }
}
