using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Retrievers;

namespace PacsNm.Archive;

/// <summary>
/// What one run of a retriever brings: each file is filed as soon as it is closed, on a thread of its own, while the
/// next ones arrive.
/// </summary>
internal sealed class ArrivalQueue
{
    /// <summary>How often the folder is looked into where nobody sees what passes.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Bytes that may wait to be filed. The PACS waits with them: after a stop there is no more to file than these.
    /// </summary>
    private const long Capacity = 64 << 20;

    /// <summary>What it takes to file a file, however small and whatever is known of it, in bytes that could be read meanwhile.</summary>
    private const long Effort = 8 << 20;

    private readonly WorkQueue<ArrivedFile> _closed = new(Capacity, file => Effort + (file.Sha256 is null ? file.DatasetLength : 0));
    private readonly StudyFiling _filing;
    private readonly StagingFolder _staging;
    private readonly string _retriever;
    private readonly CancellationTokenSource _ending;
    private readonly Task _work;
    private DestinationException? _failure;
    private int _taken;

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

        // Not one of the pool's threads: on two cores it has two, and the network needs them.
        _work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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
        _closed.Complete();
        await _work.ConfigureAwait(false);

        // What is verified already could not be filed before: where the disk was full, what was cut short has made room now.
        foreach (var path in Directory.GetFiles(Folder).OrderBy(IsVerified))
            File(path, uid => observer.DatasetLengths.TryGetValue(uid, out var length) ? length : null);
        _staging.Keep |= _failure is not null && Directory.EnumerateFiles(Folder).Any(IsVerified);
        if (_failure is not null)
            throw _failure;
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
                    isSeen = true;
                    Take(closed!);
                }
                else if (!isSeen)
                {
                    Sweep();
                }
            }
        }
        finally
        {
            // Nobody waits for a thread that is gone.
            _closed.Complete();
        }
    }

    private void Take(ArrivedFile file)
    {
        var path = file.Sha256 is null ? TakeAway(file.Path) : file.Path;
        if (path is not null)
            File(path, _ => file.DatasetLength, file.Sha256);
    }

    /// <summary>Takes a file away from under its name, which getscu would write to if the PACS sent the instance again.</summary>
    private string? TakeAway(string path)
    {
        var taken = Path.Combine(Folder, $"{++_taken}.taken");
        try
        {
            System.IO.File.Move(path, taken);
            return taken;
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // What is there in the end is looked at in the end.
            return null;
        }
    }

    /// <summary>Files what is older than the newest: a retriever writes one file at a time.</summary>
    private void Sweep()
    {
        FileInfo[] files;
        try
        {
            files = new DirectoryInfo(Folder).GetFiles();
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // There is a next time.
            return;
        }

        var newest = files.Select(file => file.LastWriteTimeUtc).DefaultIfEmpty().Max();
        foreach (var file in files.Where(file => file.LastWriteTimeUtc < newest && !IsVerified(file.Name)))
            File(file.FullName, _ => null);
    }

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
            _ending.Cancel();
        }
    }
}
