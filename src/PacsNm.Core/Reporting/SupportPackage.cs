using System.IO.Compression;
using System.Text;

namespace PacsNm.Reporting;

/// <summary>A zip file for the people who give support. It is made in memory, because its content is small.</summary>
internal sealed class SupportPackage
{
    private readonly List<(PacsSupportEntry Entry, byte[] Content)> _entries = [];

    /// <summary>The files in the package.</summary>
    public IEnumerable<PacsSupportEntry> Entries => _entries.Select(entry => entry.Entry);

    /// <summary>Adds a text file.</summary>
    public PacsSupportEntry Add(string name, string description, IEnumerable<string> lines)
    {
        var content = Encoding.UTF8.GetBytes(string.Join("\n", lines) + "\n");
        var entry = new PacsSupportEntry(name, description, content.Length);
        _entries.Add((entry, content));
        return entry;
    }

    /// <summary>Returns the bytes of the zip file.</summary>
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
