namespace PacsNm.Files;

/// <summary>Distinguishes a file that another process has open from one that cannot be opened.</summary>
internal static class FileInUse
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Whether an exception says that another process has the file open.</summary>
    public static bool Is(IOException exception) =>
        exception.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation;
}
