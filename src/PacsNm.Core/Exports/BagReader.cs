using System.Globalization;
using System.Text;

namespace PacsNm.Exports;

/// <summary>A bag (RFC 8493) that another program may have made.</summary>
/// <param name="folder">The full path of its folder.</param>
internal sealed class BagReader(string folder)
{
    /// <summary>The manifest of the payload.</summary>
    public string Manifest => Path.Combine(folder, "manifest-sha256.txt");

    /// <summary>The manifest of the other files; it may not exist.</summary>
    public string TagManifest => Path.Combine(folder, "tagmanifest-sha256.txt");

    /// <summary>Whether a folder is a bag.</summary>
    public static bool IsBag(string folder) => File.Exists(Path.Combine(folder, "bagit.txt"));

    /// <summary>Why the bag cannot be used; null if it can.</summary>
    public string? Problem()
    {
        var declaration = File.ReadAllText(Path.Combine(folder, "bagit.txt"));
        if (!declaration.StartsWith("BagIt-Version: ", StringComparison.Ordinal)
            || !declaration.Contains("Tag-File-Character-Encoding: UTF-8"))
        {
            return "its bagit.txt is not that of a bag in UTF-8 (RFC 8493 2.1.1)";
        }

        if (File.Exists(Manifest))
            return null;
        string[] others = [.. Directory.GetFiles(folder, "manifest-*.txt").Select(Path.GetFileName).OfType<string>()];
        return others.Length == 0
            ? "it has no manifest"
            : $"it has {string.Join(" and ", others)}, and only manifest-sha256.txt can be checked";
    }

    /// <summary>
    /// The bytes and the number of files of the payload that bag-info.txt declares (RFC 8493 2.2.2); null if it does not.
    /// </summary>
    public (long Bytes, long Files)? Declared()
    {
        var path = Path.Combine(folder, "bag-info.txt");
        var line = !File.Exists(path) ? null : File.ReadLines(path, Encoding.UTF8)
            .FirstOrDefault(field => field.StartsWith("Payload-Oxum:", StringComparison.OrdinalIgnoreCase));
        return line?.Substring("Payload-Oxum:".Length).Trim().Split('.') is [var bytes, var files]
            && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && long.TryParse(files, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? (length, count)
                : null;
    }

    /// <summary>The bytes and the number of files of the payload.</summary>
    public (long Bytes, long Files) Payload()
    {
        FileInfo[] files = [.. new DirectoryInfo(Path.Combine(folder, "data")).GetFiles("*", SearchOption.AllDirectories)];
        return (files.Sum(file => file.Length), files.Length);
    }
}
