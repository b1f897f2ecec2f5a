namespace PacsNm.Files;

/// <summary>Makes a name of a file or folder from a value of a dataset: what a PACS sends is never a path.</summary>
internal static class SafeName
{
    /// <summary>The name for a value that is empty.</summary>
    public const string Unknown = "UNKNOWN";

    /// <summary>Characters at most, so that a whole path fits the 260 of older Windows programs.</summary>
    public const int MaximumLength = 64;

    /// <summary>The same for a file, whose name holds a UID and something beside it.</summary>
    public const int MaximumFileLength = 120;

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" }),
            "COM\u00B9", "COM\u00B2", "COM\u00B3", "LPT\u00B9", "LPT\u00B2", "LPT\u00B3"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A name that is allowed on Windows and POSIX alike, and means nothing to either.</summary>
    /// <param name="value">The value.</param>
    /// <param name="maximumLength">Characters at most.</param>
    public static string From(string? value, int maximumLength = MaximumLength)
    {
        var name = (value ?? "").Trim();

        // Nearly all need no change.
        if (!name.All(IsAllowed))
            name = new string([.. name.Select(c => IsAllowed(c) ? c : '_')]);
        if (name.Length > maximumLength)
            name = name.Substring(0, maximumLength);

        // Windows drops trailing dots and spaces; a leading dot hides, and . and .. are folders.
        name = name.TrimEnd('.', ' ');
        if (name.StartsWith(".", StringComparison.Ordinal))
            name = "_" + name.Substring(1);
        if (name.Length == 0)
            return Unknown;
        var dot = name.IndexOf('.');
        return Reserved.Contains((dot < 0 ? name : name.Substring(0, dot)).TrimEnd()) ? "_" + name : name;
    }

    private static bool IsAllowed(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('<' or '>' or ':' or '"' or '/' or '\\' or '|' or '?' or '*')
        && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator);
}
