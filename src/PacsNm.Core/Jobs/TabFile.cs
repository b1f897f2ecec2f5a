using System.Text;
using PacsNm.Files;

namespace PacsNm.Jobs;

/// <summary>
/// A file of lines that is only appended to. A line counts when its line break is there: what a killed run or a full disk left of a line
/// is removed before the next line is written, and ignored by readers.
/// </summary>
internal sealed class TabFile : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>How long to wait for a file that a virus scanner may have open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly FileStream _file;
    private readonly FileStream _lock;

    private TabFile(FileStream file, FileStream @lock) => (_file, _lock) = (file, @lock);

    /// <summary>
    /// Opens a file for appending, and creates it if it does not exist. No other run can open it for appending meanwhile. The lock is on a
    /// file beside it, because on Windows a lock keeps readers away.
    /// </summary>
    /// <exception cref="IOException">Another run has it open, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static TabFile Append(string path)
    {
        var exclusive = new FilePatience(Patience).Run(() => PrivateFile.Open(LockOf(path), FileMode.OpenOrCreate, FileShare.None));
        try
        {
            var length = LengthOfLines(path);
            var file = PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.Read);
            var opened = new TabFile(file, exclusive);
            if (file.Length > length)
                file.SetLength(length);
            file.Seek(0, SeekOrigin.End);
            return opened;
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>Checks that no run has a file open for appending. Several may check at the same time.</summary>
    /// <exception cref="IOException">A run has it open.</exception>
    public static void EnsureIdle(string path)
    {
        // A lock for reading, because on NFS only that may be shared.
        if (File.Exists(LockOf(path)))
            new FilePatience(Patience).Run(() => File.Open(LockOf(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite)).Dispose();
    }

    /// <summary>Reads the cells of each complete line. An absent file has none.</summary>
    public static IEnumerable<string[]> Read(string path)
    {
        if (!File.Exists(path))
            yield break;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        using var reader = new StreamReader(file, Utf8);
        var pending = new StringBuilder();
        var block = new char[1 << 15];
        while (reader.Read(block, 0, block.Length) is > 0 and var count)
        {
            var start = 0;
            for (var end = Array.IndexOf(block, '\n', 0, count); end >= 0; end = Array.IndexOf(block, '\n', start, count - start))
            {
                pending.Append(block, start, end - start);
                yield return TabText.Cells(pending.ToString());
                pending.Clear();
                start = end + 1;
            }

            pending.Append(block, start, count - start);
        }
    }

    /// <summary>Writes lines in one piece, so that they survive if the process is killed.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(IEnumerable<IEnumerable<string>> lines)
    {
        var bytes = Utf8.GetBytes(string.Concat(lines.Select(TabText.Line)));
        _file.Write(bytes, 0, bytes.Length);
        _file.Flush();
    }

    /// <inheritdoc cref="Write(IEnumerable{IEnumerable{string}})"/>
    public void Write(params string[] cells) => Write([cells]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static string LockOf(string path) => path + ".lock";

    /// <summary>The length up to the last line break.</summary>
    private static long LengthOfLines(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var block = new byte[4096];
        for (var end = file.Length; end > 0; end -= block.Length)
        {
            var start = Math.Max(0, end - block.Length);
            file.Position = start;
            var count = 0;
            while (count < end - start && file.Read(block, count, (int)(end - start) - count) is > 0 and var read)
                count += read;
            if (Array.LastIndexOf(block, (byte)'\n', count - 1, count) is >= 0 and var at)
                return start + at + 1;
        }

        return 0;
    }
}
