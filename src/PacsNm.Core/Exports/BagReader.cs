using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PacsNm.Exports;

/// <summary>A bag (RFC 8493) that another program may have made.</summary>
/// <param name="folder">The full path of its folder.</param>
internal sealed class BagReader(string folder)
{
    /// <summary>The algorithms that can be checked, each with its number of hexadecimal digits. The first that a bag has is used.</summary>
    private static readonly (string Name, int Length)[] Algorithms = [("sha256", 64), ("sha512", 128), ("sha1", 40), ("md5", 32)];

    /// <summary>The manifest of the payload.</summary>
    public string Manifest => PathOf("manifest");

    /// <summary>The manifest of the other files; it may not exist.</summary>
    public string TagManifest => PathOf("tagmanifest");

    /// <summary>The number of hexadecimal digits of a checksum in both.</summary>
    public int Length => Algorithm.Length;

    private (string Name, int Length) Algorithm =>
        Algorithms.FirstOrDefault(one => File.Exists(Path.Combine(folder, $"manifest-{one.Name}.txt")));

    /// <summary>Whether a folder is a bag.</summary>
    public static bool IsBag(string folder) => File.Exists(Path.Combine(folder, "bagit.txt"));

    /// <summary>Why the bag cannot be used; null if it can.</summary>
    public string? Problem()
    {
        // A byte order mark is not allowed, and would be skipped by a reader of UTF-8.
        var declaration = Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(folder, "bagit.txt")));
        if (!declaration.StartsWith("BagIt-Version: ", StringComparison.Ordinal)
            || !declaration.Contains("Tag-File-Character-Encoding: UTF-8"))
        {
            return "its bagit.txt is not that of a bag in UTF-8 (RFC 8493 2.1.1)";
        }

        var fetch = Path.Combine(folder, "fetch.txt");
        if (File.Exists(fetch) && File.ReadLines(fetch).Any(line => line.Trim().Length > 0 && !IsInPayload(line)))
            return "its fetch.txt has a path that is not in its payload (RFC 8493 2.2.3)";
        if (Algorithm.Name is not null)
            return null;
        string[] others = [.. Directory.GetFiles(folder, "manifest-*.txt").Select(Path.GetFileName).OfType<string>()];
        return others.Length == 0
            ? "it has no manifest"
            : $"it has {string.Join(" and ", others)}, and only sha512, sha256, sha1 and md5 can be checked";
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

    /// <summary>Whether the path at the end of a line of fetch.txt is below data.</summary>
    private static bool IsInPayload(string line) =>
        Regex.Match(line, @"^\S+\s+\S+\s+(?<path>.+)$").Groups["path"].Value is var path
        && path.StartsWith("data/", StringComparison.Ordinal) && !path.Split('/').Contains("..");

    private string PathOf(string kind) => Path.Combine(folder, $"{kind}-{Algorithm.Name}.txt");

    /// <summary>The bytes and the number of files of the payload.</summary>
    public (long Bytes, long Files) Payload()
    {
        FileInfo[] files = [.. new DirectoryInfo(Path.Combine(folder, "data")).GetFiles("*", SearchOption.AllDirectories)];
        return (files.Sum(file => file.Length), files.Length);
    }
}
