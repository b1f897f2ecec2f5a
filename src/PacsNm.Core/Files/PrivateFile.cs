using PacsNm.Dicom.Data;

namespace PacsNm.Files;

/// <summary>Writes files that only their owner can read. A file is written completely or not at all.</summary>
internal static class PrivateFile
{
    /// <summary>Held while this process appends: a lock on a part of a file does not keep other threads away.</summary>
    private static readonly object Gate = new();

    /// <summary>Writes a temporary file beside the path, then moves it there.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="mayReplace">Whether to replace an existing file. If not, an existing file is an error.</param>
    /// <exception cref="IOException">The file cannot be written. An existing file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written. An existing file is unchanged.</exception>
    public static void Replace(string path, byte[] content, bool mayReplace = true) =>
        Replace(path, stream => stream.Write(content, 0, content.Length), mayReplace);

    /// <param name="path">The path of the file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mayReplace">Whether to replace an existing file. If not, an existing file is an error.</param>
    /// <param name="isDurable">Whether to wait until the file is on stable storage. If not, a power failure can leave it incomplete.</param>
    /// <inheritdoc cref="Replace(string, byte[], bool)"/>
    public static void Replace(string path, Action<Stream> write, bool mayReplace = true, bool isDurable = true)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            PrivateFolder.Create(Path.GetDirectoryName(path)!);
            using (var stream = Open(temporary, FileMode.CreateNew, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: isDurable);
            }

            new FilePatience().Run(() => Move(temporary, path, mayReplace));
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Opens a file for writing. A new file is readable only by its owner.</summary>
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
        // On Windows a new file inherits the rights of its folder.
        return new FileStream(path, mode, FileAccess.Write, share);
    }

    /// <summary>
    /// Appends bytes in one piece to a file that several runs share, also on several computers. Other programs can read it meanwhile.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written, or another run has had it open for too long.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    public static void Append(string path, byte[] bytes)
    {
        lock (Gate)
        {
            using var stream = new FilePatience().Run(() => OpenToAppend(path));
            if (stream.CanSeek)
                stream.Seek(0, SeekOrigin.End);
            stream.Write(bytes, 0, bytes.Length);
        }
    }

    /// <summary>
    /// Opens a file while no other run appends to it. On Windows the share mode keeps them away. On Linux it does not, and writing begins
    /// where the file ended when it was opened, so a lock on a byte far behind the end does. It ends when the file is closed.
    /// </summary>
    private static FileStream OpenToAppend(string path)
    {
        var stream = Open(path, FileMode.OpenOrCreate, FileShare.Read);
#if NET
        try
        {
            if (OperatingSystem.IsLinux() && stream.CanSeek)
                stream.Lock(long.MaxValue - 1, 1);
        }
        catch (IOException exception) when (!FileInUse.Is(exception))
        {
            // The file system has no locks.
        }
        catch
        {
            stream.Dispose();
            throw;
        }
#endif
        return stream;
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
