namespace PacsNm.Files;

/// <summary>Makes folders for patients' data: what is new is for its owner only.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder, and those above it that are not there.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
            return;
#if NET
        if (!OperatingSystem.IsWindows())
        {
            // The system gives the mode to the last folder alone: each is made as the last.
            if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
                Create(parent);
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }
#endif
        Directory.CreateDirectory(path);
    }
}
