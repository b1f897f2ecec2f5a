using PacsNm.Dicom.Data;

namespace PacsNm.Files;

/// <summary>Writes files for their owner only, whole or not at all.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a file beside its place, and puts it there.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="mayReplace">Whether a file that is there is replaced; if not, that is an error.</param>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Replace(string path, byte[] content, bool mayReplace = true)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            PrivateFolder.Create(Path.GetDirectoryName(path)!);
            using (var stream = Open(temporary, FileMode.CreateNew, FileShare.None))
            {
                stream.Write(content, 0, content.Length);
                stream.Flush(flushToDisk: true);
            }

            Move(temporary, path, mayReplace);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Opens a file to write; one that is made is its owner's only.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
#if NET
        if (!OperatingSystem.IsWindows())
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = mode,
                Access = FileAccess.Write,
                Share = share,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
#endif
        // On Windows what is made inherits the rights of its folder.
        return new FileStream(path, mode, FileAccess.Write, share);
    }

    private static void Move(string from, string to, bool mayReplace)
    {
#if NET
        File.Move(from, to, overwrite: mayReplace);
#else
        if (mayReplace && File.Exists(to))
            File.Replace(from, to, null);
        else
            File.Move(from, to);
#endif
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
        }
    }
}
