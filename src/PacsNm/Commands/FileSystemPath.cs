using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PacsNm.Commands;

/// <summary>
/// The one way from a path as PowerShell has it, relative to its location or on a drive of New-PSDrive, to a path of the
/// file system. A path on another provider is refused: the file system would take it for a name below the process's folder.
/// </summary>
internal static class FileSystemPath
{
    private const string FileSystem = "FileSystem";

    private static readonly Regex Escaped = new(@"`([`*?\[\]])", RegexOptions.CultureInvariant);
    private static readonly Regex Special = new(@"[`*?\[\]]", RegexOptions.CultureInvariant);

    /// <summary>
    /// The full path of what a path names, which is taken as it stands and need not exist. Another provider ends the call.
    /// </summary>
    public static string ResolveFileSystemPath(this PSCmdlet cmdlet, string path)
    {
        if (cmdlet.TryResolveFileSystemPath(path, out var resolved) is { } error)
            cmdlet.ThrowTerminatingError(error);
        return resolved;
    }

    /// <summary>The same, for one path among several.</summary>
    /// <remarks>
    /// The Tab key puts a backtick before [ and ], unless a parameter is called LiteralPath. Where nothing has that name, and
    /// something has it without the backticks, that is meant.
    /// </remarks>
    /// <returns>Why it cannot be resolved; null if it can.</returns>
    public static ErrorRecord? TryResolveFileSystemPath(this PSCmdlet cmdlet, string path, out string resolved)
    {
        var error = cmdlet.TryResolveLiteralPath(path, out resolved);
        if (error is not null || Unescape(path) == path || cmdlet.TryResolveLiteralPath(Unescape(path), out var unescaped) is not null)
            return error;
        string[] meant = [resolved, unescaped];
        resolved = meant.FirstOrDefault(Exists) ?? meant.FirstOrDefault(one => Directory.Exists(Path.GetDirectoryName(one))) ?? resolved;
        return null;
    }

    /// <summary>The full path of a path to its last character.</summary>
    /// <returns>Why it cannot be resolved; null if it can.</returns>
    public static ErrorRecord? TryResolveLiteralPath(this PSCmdlet cmdlet, string path, out string resolved)
    {
        try
        {
            resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == FileSystem ? null : ErrorRecords.ProviderNotSupported(path, provider);
        }
        catch (RuntimeException exception)
        {
            // There is no such drive or provider.
            resolved = "";
            return new ErrorRecord(exception.ErrorRecord, exception);
        }
    }

    /// <summary>The full paths of what a pattern matches. Without wildcards the path need not exist.</summary>
    /// <returns>Why there are none; null if there are, and if a pattern matches nothing.</returns>
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
    /// A pattern that matches one name alone. WildcardPattern.Escape of Windows PowerShell leaves the backtick as it is, which is
    /// a character of names too.
    /// </summary>
    public static string Escape(string path) => Special.Replace(path, "`$0");

    private static string Unescape(string pattern) => Escaped.Replace(pattern, "$1");
}
