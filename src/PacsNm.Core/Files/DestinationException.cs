namespace PacsNm.Files;

/// <summary>
/// The destination cannot be used at all. The message names no path, and there is no inner exception that names one: a path may be made of
/// a patient's data.
/// </summary>
internal class DestinationException : IOException
{
    private const int LinuxReadOnly = 30;
    private const int LinuxFull = 28;
    private const int LinuxExists = 17;
    private const int LinuxNoFolder = 20;
    private const int WindowsNameInvalid = unchecked((int)0x8007007B);
    private const int WindowsFull = unchecked((int)0x80070070);

    /// <param name="what">What cannot be done, without a period.</param>
    /// <param name="cause">The exception of the file system.</param>
    public DestinationException(string what, Exception cause)
        : base($"{what}: {Describe(cause)}.", cause.HResult)
    {
    }

    private protected DestinationException(string message)
        : base(message)
    {
    }

    /// <summary>The error codes of a disk, or of a network share, that has gone.</summary>
    private static readonly HashSet<int> Gone =
    [
        5, // EIO
        107, // ENOTCONN
        116, // ESTALE
        Windows(21), // ERROR_NOT_READY
        Windows(53), // ERROR_BAD_NETPATH
        Windows(55), // ERROR_DEV_NOT_EXIST
        Windows(59), // ERROR_UNEXP_NET_ERR
        Windows(64), // ERROR_NETNAME_DELETED
        Windows(67), // ERROR_BAD_NET_NAME
        Windows(1167), // ERROR_DEVICE_NOT_CONNECTED
        Windows(1231), // ERROR_NETWORK_UNREACHABLE
    ];

    /// <summary>Whether an exception of the file system concerns the whole disk and not one path.</summary>
    public static bool IsOfDisk(Exception exception) =>
        exception.HResult is LinuxReadOnly or LinuxFull or WindowsFull || Gone.Contains(exception.HResult);

    /// <summary>Describes an exception of the file system without its paths.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "access is denied",
        { HResult: WindowsNameInvalid } => "a name in its path is not valid on Windows",
        PathTooLongException => "a path is too long",
        DirectoryNotFoundException => "the folder does not exist",
        FileNotFoundException => "it does not exist",
        { HResult: LinuxExists or LinuxNoFolder } => "a file is where a folder should be",
        { HResult: LinuxFull or WindowsFull } => "the disk is full",
        { HResult: LinuxReadOnly } => "the file system is read-only",
        { HResult: var code } when Gone.Contains(code) => "the disk or the network share is not available",
        _ when FileInUse.Is(exception) => "another program has the file open",
        _ => $"{exception.GetType().Name} 0x{exception.HResult:X8}",
    };

    private static int Windows(int error) => unchecked((int)0x80070000) | error;
}

/// <summary>The destination has less free space than it must keep or than an instance needs.</summary>
internal sealed class DiskSpaceLowException(long free, long needed, string what)
    : DestinationException($"The destination has {free / 1e6:0.0} MB left, and {needed / 1e6:0.0} MB {what}.");
