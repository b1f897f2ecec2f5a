using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// A folder for what arrives, beside the archive on its file system. A lock beside it, which the system frees when the
/// process ends in whatever way, tells a run that is alive from one that is dead.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    /// <summary>Ends the name of a file that has been verified: it may be filed, now or by a later run.</summary>
    public const string Verified = ".verified";

    private const string LockExtension = ".lock";

    private readonly FileStream _lock;

    private StagingFolder(string path, FileStream stream)
    {
        Path = path;
        _lock = stream;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Whether it is to stay when the run ends, since there is something in it that must not be lost.</summary>
    public bool Keep { get; set; }

    /// <summary>Makes one of its own name.</summary>
    public static StagingFolder Create(string parent)
    {
        PrivateFolder.Create(parent);
        var path = System.IO.Path.Combine(parent, System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.GetRandomFileName()));
        var stream = new FileStream(path + LockExtension, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        PrivateFolder.Create(path);
        return new StagingFolder(path, stream);
    }

    /// <summary>Takes over the folders of runs that are dead.</summary>
    public static IEnumerable<StagingFolder> Abandoned(string parent)
    {
        if (!Directory.Exists(parent))
            yield break;
        foreach (var path in Directory.GetFiles(parent, "*" + LockExtension))
        {
            if (TryLock(path) is not { } stream)
                continue;
            var folder = new StagingFolder(System.IO.Path.Combine(parent, System.IO.Path.GetFileNameWithoutExtension(path)), stream);

            // Another run may have cleared it away in the meantime, or died before it had made it.
            if (Directory.Exists(folder.Path))
                yield return folder;
            else
                folder.Dispose();
        }
    }

    /// <summary>An empty folder in it, for one run of a retriever.</summary>
    public string CreateFolder()
    {
        var folder = System.IO.Path.Combine(Path, System.IO.Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Removes it. What cannot be removed stays, and harms nobody: a later run tries again.</summary>
    public void Dispose()
    {
        Try(() =>
        {
            if (!Keep && Directory.Exists(Path))
                Directory.Delete(Path, recursive: true);
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
