using System.Text;
using System.Text.RegularExpressions;

namespace PacsNm.Exports;

/// <summary>A line of a list of checksums that another program may have written.</summary>
/// <param name="Number">The number of the line, from 1.</param>
/// <param name="Path">The path, with slashes; null if the line cannot be read.</param>
/// <param name="Checksum">The checksum, in lower-case hexadecimal.</param>
internal sealed record ListedChecksum(int Number, string? Path, string Checksum);

/// <summary>
/// Reads lists of checksums, usually SHA-256: of sha256sum, in both of its forms, of rclone and sha256deep, and the manifests of bags. Lines may end
/// with CR LF, digits may be in upper case, and empty lines and comments are skipped.
/// </summary>
internal static class ChecksumList
{
    private static readonly Regex Line = new(
        "^(?<escape>\\\\?)(?<hash>(?:[0-9A-Fa-f]{2}){16,64})(?: [ *]|[ \\t]+)(?<path>.+)$", RegexOptions.CultureInvariant);

    private static readonly Regex TaggedLine = new(
        "^(?<escape>\\\\?)SHA256 \\((?<path>.+)\\) = (?<hash>[0-9A-Fa-f]{64})$", RegexOptions.CultureInvariant);

    /// <summary>Reads the lines one after the other.</summary>
    /// <param name="stream">The list, in UTF-8.</param>
    /// <param name="isBag">Whether it is the manifest of a bag (RFC 8493), whose paths are encoded in another way.</param>
    /// <param name="length">The number of hexadecimal digits of a checksum. It is that of SHA-256 by default.</param>
    public static IEnumerable<ListedChecksum> Read(Stream stream, bool isBag, int length = 64)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        for (var number = 1; ReadLine(reader) is { } line; number++)
        {
            if (line.Trim().Length == 0 || line[0] == '#' || line.StartsWith("%%%%", StringComparison.Ordinal))
                continue;
            var match = Line.Match(line) is { Success: true } usual ? usual : TaggedLine.Match(line);
            var path = !match.Success || match.Groups["hash"].Length != length ? null
                : isBag ? Decoded(match.Groups["path"].Value)
                : match.Groups["escape"].Length > 0 ? Unescaped(match.Groups["path"].Value)
                : match.Groups["path"].Value;
            yield return new ListedChecksum(number, path, match.Groups["hash"].Value.ToLowerInvariant());
        }
    }

    /// <summary>Reads to a line feed, and drops a carriage return before it. A carriage return alone is part of a name.</summary>
    private static string? ReadLine(StreamReader reader)
    {
        if (reader.EndOfStream)
            return null;
        var line = new StringBuilder(160);
        for (var next = reader.Read(); next is not ('\n' or -1); next = reader.Read())
            line.Append((char)next);
        return line.Length > 0 && line[line.Length - 1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
    }

    /// <summary>Decodes a path of a bag (RFC 8493 2.1.3).</summary>
    private static string Decoded(string path) => Regex.Replace(
        path, "%(0[AaDd]|25)", match => match.Value[1] == '2' ? "%" : match.Value[2] is 'A' or 'a' ? "\n" : "\r");

    /// <summary>Decodes a path of sha256sum; null if it has an escape that sha256sum does not write.</summary>
    private static string? Unescaped(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var at = 0; at < path.Length; at++)
        {
            if (path[at] != '\\')
            {
                text.Append(path[at]);
                continue;
            }

            switch (++at < path.Length ? path[at] : ' ')
            {
                case '\\':
                    text.Append('\\');
                    break;
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                default:
                    return null;
            }
        }

        return text.ToString();
    }
}
