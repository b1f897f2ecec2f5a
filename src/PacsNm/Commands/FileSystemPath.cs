using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PacsNm.Commands;

/// <summary>
/// Converts PowerShell paths, which may be relative to the current location or on a drive of New-PSDrive, to file system paths. A path
/// on another provider is an error, because the file system would treat it as a name below the current folder of the process.
/// </summary>
internal static class FileSystemPath
{
    private const string FileSystem = "FileSystem";

    private static readonly Regex Escaped = new(@"`([`*?\[\]])", RegexOptions.CultureInvariant);
    private static readonly Regex Special = new(@"[`*?\[\]]", RegexOptions.CultureInvariant);

    /// <summary>
    /// Resolves a literal path, which need not exist. A path on another provider ends the call with an error.
    /// </summary>
    public static string ResolveFileSystemPath(this PSCmdlet cmdlet, string path)
    {
        if (cmdlet.TryResolveFileSystemPath(path, out var resolved) is { } error)
            cmdlet.ThrowTerminatingError(error);
        return resolved;
    }

    /// <summary>Resolves a literal path that is one of several, so that an error does not end the call.</summary>
    /// <remarks>
    /// The Tab key adds a backtick before [ and ], unless the parameter is called LiteralPath. If no item has the name with backticks, and
    /// an item has the name without them, the path is that item.
    /// </remarks>
    /// <returns>The error; null if the path was resolved.</returns>
    public static ErrorRecord? TryResolveFileSystemPath(this PSCmdlet cmdlet, string path, out string resolved)
    {
        var error = cmdlet.TryResolveLiteralPath(path, out resolved);
        if (error is not null || Unescape(path) == path || cmdlet.TryResolveLiteralPath(Unescape(path), out var unescaped) is not null)
            return error;
        string[] meant = [resolved, unescaped];
        resolved = meant.FirstOrDefault(Exists) ?? meant.FirstOrDefault(one => Directory.Exists(Path.GetDirectoryName(one))) ?? resolved;
        return null;
    }

    /// <summary>Resolves a path in which every character is literal, including backticks.</summary>
    /// <returns>The error; null if the path was resolved.</returns>
    public static ErrorRecord? TryResolveLiteralPath(this PSCmdlet cmdlet, string path, out string resolved)
    {
        try
        {
            resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == FileSystem ? null : ErrorRecords.ProviderNotSupported(path, provider);
        }
        catch (RuntimeException exception)
        {
            // The drive or provider does not exist.
            resolved = "";
            return new ErrorRecord(exception.ErrorRecord, exception);
        }
    }

    /// <summary>Resolves the paths that a pattern matches. A path without wildcards need not exist.</summary>
    /// <returns>The error; null if there is none. A pattern without a match is not an error in itself.</returns>
    public static ErrorRecord? TryExpandFileSystemPath(this PSCmdlet cmdlet, string pattern, out IReadOnlyList<string> paths)
    {
        paths = [];
        if (!WildcardPattern.ContainsWildcardCharacters(pattern))
        {
            var error = cmdlet.TryResolveLiteralPath(Unescape(pattern), out var path);
            paths = error is null ? [path] : [];
            return error;
        }

        try
        {
            var matches = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(pattern, out var provider);
            if (provider.Name != FileSystem)
                return ErrorRecords.ProviderNotSupported(pattern, provider);
            paths = matches;
            return matches.Count == 0 && cmdlet.TryResolveLiteralPath(pattern, out var literal) is null && Exists(literal)
                ? ErrorRecords.PatternWithoutMatch(literal)
                : null;
        }
        catch (RuntimeException exception)
        {
            return exception is ItemNotFoundException
                ? ErrorRecords.FileUnreadable(pattern, exception)
                : new ErrorRecord(exception.ErrorRecord, exception);
        }
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    /// <summary>
    /// Creates a pattern that matches exactly one name. WildcardPattern.Escape of Windows PowerShell does not escape the backtick, which
    /// may be part of a name too.
    /// </summary>
    public static string Escape(string path) => Special.Replace(path, "`$0");

    private static string Unescape(string pattern) => Escaped.Replace(pattern, "$1");
}
