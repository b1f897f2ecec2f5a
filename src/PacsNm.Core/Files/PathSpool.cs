using System.Text;

namespace PacsNm.Files;

/// <summary>
/// A list of paths in a temporary file, for lists that do not fit in memory. Only the owner can read the file, and it is deleted when it is
/// closed.
/// </summary>
internal sealed class PathSpool : IDisposable
{
    private readonly string _name = Path.Combine(Path.GetTempPath(), $"pacsnm-{Guid.NewGuid():N}");
    private readonly FileStream _file;
    private readonly BinaryWriter _writer;

    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public PathSpool()
    {
        PrivateFile.Open(_name, FileMode.CreateNew, FileShare.None).Dispose();
        _file = new FileStream(_name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        _writer = new BinaryWriter(_file, Encoding.UTF8);
    }

    /// <summary>The number of paths.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a path.</summary>
    public void Add(string path)
    {
        _writer.Write(path);
        Count++;
    }

    /// <summary>Reads the paths from the first one. Only one reading can be under way.</summary>
    public IEnumerable<string> Read()
    {
        _writer.Flush();
        _file.Seek(0, SeekOrigin.Begin);
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        for (var left = Count; left > 0; left--)
            yield return reader.ReadString();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
