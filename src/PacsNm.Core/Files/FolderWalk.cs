using PacsNm.Archive;
using PacsNm.Dicom.Data;

namespace PacsNm.Files;

/// <summary>Enumerates the files of a folder and of the folders below it, without the module's own folders.</summary>
/// <param name="problem">Called for each folder that cannot be read.</param>
internal sealed class FolderWalk(Action<string, Exception> problem)
{
    /// <summary>Enumerates the files.</summary>
    public IEnumerable<string> Files(string root) => Folders(root).SelectMany(FilesIn);

    /// <summary>Enumerates the files of one folder, without those of the folders below it.</summary>
    public IEnumerable<string> FilesIn(string folder) => Guarded(folder, Directory.EnumerateFiles);

    /// <summary>Enumerates the folders, beginning with the root.</summary>
    public IEnumerable<string> Folders(string root)
    {
        var folders = new Stack<string>([root]);
        while (folders.Count > 0)
        {
            var folder = folders.Pop();
            yield return folder;
            foreach (var path in Guarded(folder, Directory.EnumerateDirectories))
            {
                if (Path.GetFileName(path) != LocalArchive.OwnFolder && !IsLink(path))
                    folders.Push(path);
            }
        }
    }

    /// <summary>
    /// Whether a folder is a link, which may lead in a circle. On Windows a folder of OneDrive also has a reparse point, and is no link.
    /// </summary>
    private static bool IsLink(string path)
    {
        if ((File.GetAttributes(path) & FileAttributes.ReparsePoint) == 0)
            return false;
#if NET
        return new DirectoryInfo(path).LinkTarget is not null;
#else
        return true;
#endif
    }

    private IEnumerable<string> Guarded(string folder, Func<string, IEnumerable<string>> enumerate)
    {
        IEnumerator<string>? paths = null;
        try
        {
            while (true)
            {
                try
                {
                    paths ??= enumerate(folder).GetEnumerator();
                    if (!paths.MoveNext())
                        yield break;
                }
                catch (Exception exception) when (FileFailure.Is(exception))
                {
                    problem(folder, exception);
                    yield break;
                }

                yield return paths.Current;
            }
        }
        finally
        {
            paths?.Dispose();
        }
    }
}
