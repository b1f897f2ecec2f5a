namespace PacsNm.Retrieval;

/// <summary>Makes folders for patients' data: what is new is for its owner only.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder, and those above it that are not there.</summary>
    public static void Create(string path)
    {
#if NET
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }
#endif
        Directory.CreateDirectory(path);
    }
}
