namespace PacsNm.Files;

/// <summary>Creates folders for patients' data. Only the owner can read a new folder.</summary>
internal static class PrivateFolder
{
    /// <summary>Creates a folder and the folders above it.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
            return;
#if NET
        if (!OperatingSystem.IsWindows())
        {
            // The system applies the mode only to the last folder, so each folder is created by itself.
            if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
                Create(parent);
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }
#endif
        Directory.CreateDirectory(path);
    }
}
