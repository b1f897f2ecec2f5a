namespace PacsNm.WindowsHost;

/// <summary>
/// A virus scanner: opens each new or changed file of a folder, and holds it for a while. Like many scanners it does not share the
/// right to delete, so nobody can move, replace or delete the file in the meantime. The smoke test starts it in its own process.
/// </summary>
public sealed class Scanner : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly string _folder;
    private readonly TimeSpan _hold;
    private readonly HashSet<(string Path, DateTime Written)> _seen = [];
    private readonly List<(FileStream File, DateTime Until)> _held = [];
    private readonly Thread _thread;
    private volatile bool _isEnding;

    /// <param name="folder">The folder, which exists.</param>
    /// <param name="milliseconds">How long it holds each file.</param>
    public Scanner(string folder, int milliseconds)
    {
        _folder = folder;
        _hold = TimeSpan.FromMilliseconds(milliseconds);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many files it has held.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
        _held.ForEach(held => held.File.Dispose());
    }

    private void Run()
    {
        while (!_isEnding)
        {
            foreach (var held in _held.Where(held => held.Until < DateTime.UtcNow))
                held.File.Dispose();
            _held.RemoveAll(held => held.Until < DateTime.UtcNow);
            try
            {
                foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories))
                    Scan(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A folder has gone while it was listed.
            }

            Thread.Sleep(Pause);
        }
    }

    private void Scan(FileInfo file)
    {
        if (_seen.Contains((file.FullName, file.LastWriteTimeUtc)))
            return;
        try
        {
            var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            _held.Add((stream, DateTime.UtcNow + _hold));
            _seen.Add((file.FullName, file.LastWriteTimeUtc));
            Count++;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is still being written, or has gone.
        }
    }
}
