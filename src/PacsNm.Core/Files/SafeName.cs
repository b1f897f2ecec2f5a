using System.Security.Cryptography;
using System.Text;
using PacsNm.Dicom.Data;

namespace PacsNm.Files;

/// <summary>Makes the name of a file or folder from a value of a dataset. A value from a PACS is never used as a path.</summary>
internal static class SafeName
{
    /// <summary>The name for an empty value.</summary>
    public const string Unknown = "UNKNOWN";

    /// <summary>The most characters of a folder name, so that a path fits in the 260 characters of older Windows programs.</summary>
    public const int MaximumLength = 64;

    /// <summary>The most characters of a file name, which has a UID and other text.</summary>
    public const int MaximumFileLength = 120;

    /// <summary>The number of hash digits in the name for a UID that is not valid.</summary>
    private const int UidHashLength = 12;

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" }),
            "COM\u00B9", "COM\u00B2", "COM\u00B3", "LPT\u00B9", "LPT\u00B2", "LPT\u00B3"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns a name that is valid on Windows and POSIX and has no special meaning on either.</summary>
    /// <param name="value">The value.</param>
    /// <param name="maximumLength">The most characters of the name.</param>
    public static string From(string? value, int maximumLength = MaximumLength)
    {
        var name = (value ?? "").Trim();

        // Nearly all values need no change.
        if (!name.All(IsAllowed))
            name = new string([.. name.Select(c => IsAllowed(c) ? c : '_')]);
        if (name.Length > maximumLength)
            name = name.Substring(0, maximumLength);

        // Windows removes trailing dots and spaces. A leading dot hides a file, and . and .. are folders.
        name = name.TrimEnd('.', ' ');
        if (name.StartsWith(".", StringComparison.Ordinal))
            name = "_" + name.Substring(1);
        if (name.Length == 0)
            return Unknown;
        var dot = name.IndexOf('.');
        return Reserved.Contains((dot < 0 ? name : name.Substring(0, dot)).TrimEnd()) ? "_" + name : name;
    }

    /// <summary>
    /// Returns the name for a UID: the UID itself if it is valid. Others get a part of their hash, so that two UIDs never share a name,
    /// even on file systems that ignore case.
    /// </summary>
    public static string FromUid(string? uid)
    {
        if (string.IsNullOrEmpty(uid))
            return Unknown;
        if (Uid.IsValid(uid))
            return uid!;
        using var sha256 = SHA256.Create();
        var hash = HashingStream.Text(sha256.ComputeHash(Encoding.UTF8.GetBytes(uid!))).Substring(0, UidHashLength);
        return $"{From(uid, MaximumLength - UidHashLength - 1)}-{hash}";
    }

    private static bool IsAllowed(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('<' or '>' or ':' or '"' or '/' or '\\' or '|' or '?' or '*')
        && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator);
}
