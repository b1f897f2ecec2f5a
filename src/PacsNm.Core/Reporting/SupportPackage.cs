using System.IO.Compression;
using System.Text;

namespace PacsNm.Reporting;

/// <summary>A zip file for the person who helps. It is collected in memory: all of it is small.</summary>
internal sealed class SupportPackage
{
    private readonly List<(PacsSupportEntry Entry, byte[] Content)> _entries = [];

    /// <summary>What is in it.</summary>
    public IEnumerable<PacsSupportEntry> Entries => _entries.Select(entry => entry.Entry);

    /// <summary>Adds a text.</summary>
    public PacsSupportEntry Add(string name, string description, IEnumerable<string> lines)
    {
        var content = Encoding.UTF8.GetBytes(string.Join("\n", lines) + "\n");
        var entry = new PacsSupportEntry(name, description, content.Length);
        _entries.Add((entry, content));
        return entry;
    }

    /// <summary>The zip file.</summary>
    public byte[] ToZip()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (entry, content) in _entries)
            {
                using var target = archive.CreateEntry(entry.Name, CompressionLevel.Optimal).Open();
                target.Write(content, 0, content.Length);
            }
        }

        return stream.ToArray();
    }
}
