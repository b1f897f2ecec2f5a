using System.Runtime.InteropServices;
using PacsNm.Dicom.Data;

namespace PacsNm.Files;

/// <summary>Flushes files and their directory entries to stable storage, so that they survive a loss of power.</summary>
internal static class StableStorage
{
    private const int ReadOnly = 0;
    private const int MacFullSync = 51;

    /// <summary>
    /// Flushes files. Linux flushes their whole file system in one call, which costs little more for thousands of small files than for one.
    /// Other systems flush each file.
    /// </summary>
    /// <param name="folder">An existing folder on the file system of the files.</param>
    /// <param name="paths">The paths of the files.</param>
    /// <exception cref="IOException">The system reports that the files may not be on stable storage.</exception>
    public static void Flush(string folder, IEnumerable<string> paths)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            FlushFileSystem(folder);
        else if (RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
            FlushEach(paths.SelectMany(path => new[] { path, Path.GetDirectoryName(path)! }).Distinct());
        else
            FlushEachOnWindows(paths);
    }

    private static void FlushFileSystem(string folder)
    {
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw Failure();
        try
        {
            if (SyncFileSystem(descriptor) != 0)
                throw Failure();
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void FlushEach(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var descriptor = Open(path, ReadOnly);
            if (descriptor < 0)
                throw Failure();
            try
            {
                // A file system without a full flush, such as a network share, has an ordinary one.
                if (Control(descriptor, MacFullSync) != 0 && Sync(descriptor) != 0)
                    throw Failure();
            }
            finally
            {
                _ = Close(descriptor);
            }
        }
    }

    /// <summary>Flushes a file. Windows flushes its directory entry with it (FlushFileBuffers).</summary>
    private static void FlushEachOnWindows(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                file.Flush(flushToDisk: true);
            }
            catch (Exception exception) when (FileFailure.Is(exception) && !File.Exists(path))
            {
                // Another program has moved or deleted the file since.
            }
        }
    }

    private static IOException Failure()
    {
        var error = Marshal.GetLastWin32Error();
        return new IOException($"The files could not be brought to stable storage: error {error}.", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SyncFileSystem(int descriptor);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Control(int descriptor, int command);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Close(int descriptor);
}
