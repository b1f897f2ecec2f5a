using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// A folder beside the archive, on its file system, for files that arrive. A locked file beside the folder shows that its run is alive. The
/// operating system releases the lock when the process ends.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    /// <summary>The end of the name of a verified file. This run or a later one moves it into the archive.</summary>
    public const string Verified = ".verified";

    private const string LockExtension = ".lock";

    private readonly FileStream _lock;

    private StagingFolder(string path, FileStream stream)
    {
        Path = path;
        _lock = stream;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Creates a folder with a unique name and locks it.</summary>
    public static StagingFolder Create(string parent)
    {
        PrivateFolder.Create(parent);
        var path = System.IO.Path.Combine(parent, System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.GetRandomFileName()));
        var stream = new FileStream(path + LockExtension, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        PrivateFolder.Create(path);
        return new StagingFolder(path, stream);
    }

    /// <summary>Takes over the folders of runs that were killed.</summary>
    public static IEnumerable<StagingFolder> Abandoned(string parent)
    {
        if (!Directory.Exists(parent))
            yield break;
        foreach (var path in Directory.GetFiles(parent, "*" + LockExtension))
        {
            if (TryLock(path) is not { } stream)
                continue;
            var folder = new StagingFolder(System.IO.Path.Combine(parent, System.IO.Path.GetFileNameWithoutExtension(path)), stream);

            // Another run may have removed it in the meantime, or been killed before it created the folder.
            if (Directory.Exists(folder.Path))
                yield return folder;
            else
                folder.Dispose();
        }
    }

    /// <summary>Creates an empty folder within this one for one run of a retriever.</summary>
    public string CreateFolder()
    {
        var folder = System.IO.Path.Combine(Path, System.IO.Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The paths of the verified files in the folder.</summary>
    public string[] VerifiedFiles() => Directory.GetFiles(Path, "*" + Verified, SearchOption.AllDirectories);

    /// <summary>
    /// Removes the folder, unless it holds verified files, which a later run adds to the archive. A file that cannot be removed stays, and
    /// a later run tries again.
    /// </summary>
    public void Dispose()
    {
        Try(() =>
        {
            if (Directory.Exists(Path) && VerifiedFiles().Length == 0)
                new FilePatience(TimeSpan.FromSeconds(1)).Run(() => Directory.Delete(Path, recursive: true));
        });
        _lock.Dispose();
        if (!Directory.Exists(Path))
            Try(() => File.Delete(Path + LockExtension));
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
        }
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return null;
        }
    }
}
