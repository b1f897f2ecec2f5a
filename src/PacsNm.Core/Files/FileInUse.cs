using System.Runtime.InteropServices;

namespace PacsNm.Files;

/// <summary>Recognizes a file that another program has open, such as another run, a virus scanner or a backup.</summary>
internal static class FileInUse
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private static readonly HashSet<int> Windows =
    [
        Of(32), // ERROR_SHARING_VIOLATION
        Of(33), // ERROR_LOCK_VIOLATION
        Of(303), // ERROR_DELETE_PENDING
        Of(1175), // ERROR_UNABLE_TO_REMOVE_REPLACED
        Of(1176), // ERROR_UNABLE_TO_MOVE_REPLACEMENT
        Of(1224), // ERROR_USER_MAPPED_FILE
    ];

    /// <summary>Whether an exception says that another program has the file open.</summary>
    public static bool Is(Exception exception) =>
        exception is IOException { HResult: var code }
        && (code is LinuxWouldBlock or MacWouldBlock || Windows.Contains(code));

    /// <summary>
    /// Whether another program may have the file open. Windows also denies access to a file that was deleted while a program had it open.
    /// </summary>
    public static bool MayBe(Exception exception) =>
        Is(exception)
        || exception.HResult == Of(145) // ERROR_DIR_NOT_EMPTY: a file in it is deleted when the last program closes it.
        || (exception is UnauthorizedAccessException && RuntimeInformation.IsOSPlatform(OSPlatform.Windows));

    private static int Of(int windowsError) => unchecked((int)0x80070000) | windowsError;
}
