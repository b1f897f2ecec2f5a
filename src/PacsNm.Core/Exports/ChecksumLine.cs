namespace PacsNm.Exports;

/// <summary>A line of sha256sum of GNU coreutils. It ends with a line feed.</summary>
internal static class ChecksumLine
{
    /// <summary>Formats a line. A name with a backslash or a line break is escaped, and its line begins with a backslash.</summary>
    /// <param name="sha256">The SHA-256, in hexadecimal.</param>
    /// <param name="path">The path of the file, with slashes.</param>
    public static string Of(string sha256, string path)
    {
        var escaped = path.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\r", "\\r");
        return $"{(escaped == path ? "" : "\\")}{sha256.ToLowerInvariant()}  {escaped}\n";
    }
}
