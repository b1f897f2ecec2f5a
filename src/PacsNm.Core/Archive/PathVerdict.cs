namespace PacsNm.Archive;

/// <summary>The verdict on a path, with the symbol that rclone check --combined has for it. The checksums are its source.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Path">The path below the archive's folder, with slashes.</param>
internal readonly record struct PathVerdict(char Symbol, string Path)
{
    /// <summary>The file is as recorded.</summary>
    public const char Same = '=';

    /// <summary>The file is recorded and does not exist.</summary>
    public const char Missing = '+';

    /// <summary>The file exists and is not recorded.</summary>
    public const char Unlisted = '-';

    /// <summary>The file differs from what was recorded.</summary>
    public const char Altered = '*';

    /// <summary>The file cannot be read now.</summary>
    public const char Unreadable = '!';

    /// <summary>
    /// Returns the line. A path with control characters, which could control a terminal, has them escaped: \n, \r, or \ and three octal
    /// digits, and two backslashes for one.
    /// </summary>
    public override string ToString() => $"{Symbol} {(Path.Any(char.IsControl) ? string.Concat(Path.Select(Escaped)) : Path)}";

    private static string Escaped(char character) => character switch
    {
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        _ when char.IsControl(character) => $"\\{Convert.ToString(character, 8).PadLeft(3, '0')}",
        _ => $"{character}",
    };
}
