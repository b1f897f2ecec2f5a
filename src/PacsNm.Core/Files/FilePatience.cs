using System.Diagnostics;

namespace PacsNm.Files;

/// <summary>
/// Repeats operations on files that another program has open for a moment. Windows refuses to read, move, replace or delete such a file,
/// and a virus scanner opens every new one. Several threads can share one.
/// </summary>
/// <param name="limit">The time after which an operation is given up.</param>
/// <param name="cancellationToken">Ends all waits. Each operation is then tried once.</param>
internal sealed class FilePatience(TimeSpan limit, CancellationToken cancellationToken = default)
{
    /// <summary>
    /// The operations in a row that may be given up. After that, operations are tried only once until one succeeds, so that a folder that
    /// denies access does not cost the limit for every file.
    /// </summary>
    private const int MaximumFailures = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(320);

    private int _failures;

    /// <summary>Creates one with the usual limit of 4 s.</summary>
    public FilePatience(CancellationToken cancellationToken = default)
        : this(TimeSpan.FromSeconds(4), cancellationToken)
    {
    }

    /// <summary>Runs an operation, and repeats it with growing pauses while another program may have its file open.</summary>
    /// <exception cref="IOException">The operation failed for another reason, or the limit was reached.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public T Run<T>(Func<T> operation)
    {
        var waited = Stopwatch.StartNew();
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            try
            {
                var result = operation();
                _failures = 0;
                return result;
            }
            catch (Exception exception) when (FileInUse.MayBe(exception))
            {
                if (_failures >= MaximumFailures || waited.Elapsed >= limit || cancellationToken.WaitHandle.WaitOne(pause))
                {
                    _failures++;
                    throw;
                }
            }
        }
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action operation) => Run(() =>
    {
        operation();
        return true;
    });
}
