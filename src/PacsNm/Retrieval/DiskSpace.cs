namespace PacsNm.Retrieval;

/// <summary>How much a file system has left.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes that a user may still write below a path; null where the system does not say.</summary>
    /// <param name="path">A full path, of which nothing but the root need exist.</param>
    public static long? FreeBytes(string path)
    {
        var existing = path;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { Length: > 0 } parent)
            existing = parent;
        try
        {
            // On Windows a drive, elsewhere any path of the file system.
            return new DriveInfo(Path.DirectorySeparatorChar == '\\' ? Path.GetPathRoot(existing)! : existing).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // A network share of Windows has no drive.
            return null;
        }
    }
}
