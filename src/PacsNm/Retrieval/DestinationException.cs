namespace PacsNm.Retrieval;

/// <summary>The destination cannot be used. Its message names no path: one may be made of a patient's data.</summary>
internal class DestinationException : IOException
{
    private const int LinuxReadOnly = 30;
    private const int LinuxFull = 28;
    private const int WindowsFull = unchecked((int)0x80070070);

    /// <param name="what">What cannot be done.</param>
    /// <param name="inner">Why, as the file system says.</param>
    public DestinationException(string what, Exception inner)
        : base($"{what}: {Describe(inner)}.", inner)
    {
    }

    private protected DestinationException(string message)
        : base(message)
    {
    }

    /// <summary>Whether an exception is one of the file system's.</summary>
    public static bool IsFileSystem(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private static string Describe(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "access is denied",
        PathTooLongException => "a path is too long",
        FileNotFoundException or DirectoryNotFoundException => "a file or folder is gone",
        { HResult: LinuxFull or WindowsFull } => "the disk is full",
        { HResult: LinuxReadOnly } => "the file system is read-only",
        IOException inUse when FileInUse.Is(inUse) => "another program has a file open",
        _ => $"{exception.GetType().Name} 0x{exception.HResult:X8}",
    };
}

/// <summary>The destination has less space left than it must keep.</summary>
internal sealed class DiskSpaceLowException(long free, long minimum)
    : DestinationException($"The destination has {free / 1e6:0} MB left, and {minimum / 1e6:0} MB are to stay free.");
