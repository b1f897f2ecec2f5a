using System.Runtime.InteropServices;
using PacsNm.Dicom.Data;

namespace PacsNm.Files;

/// <summary>The free space of a file system.</summary>
internal static class DiskSpace
{
    /// <summary>Returns the bytes that the user may still write below a path; null if the system does not say.</summary>
    /// <param name="path">A full path. Only its root must exist.</param>
    public static long? FreeBytes(string path)
    {
        var existing = path;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { Length: > 0 } parent)
            existing = parent;
        if (Path.DirectorySeparatorChar == '\\')
            return GetDiskFreeSpaceEx(existing, out var free, out _, out _) ? (long)Math.Min(free, long.MaxValue) : null;
        try
        {
            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is ArgumentException || FileFailure.Is(exception))
        {
            return null;
        }
    }

    /// <summary>Unlike DriveInfo, it supports network shares and drives that are mounted in a folder.</summary>
    [DllImport("kernel32.dll", EntryPoint = "GetDiskFreeSpaceExW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetDiskFreeSpaceEx(string folder, out ulong freeToUser, out ulong total, out ulong free);
}
