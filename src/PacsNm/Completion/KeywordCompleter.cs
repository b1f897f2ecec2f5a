using System.Reflection;
using PacsNm.Dicom.Data;

namespace PacsNm.Completion;

/// <summary>Completes a keyword of PS3.6.</summary>
public class KeywordCompleter : Completer
{
    /// <summary>The keywords offered before anything is typed: keys that many PACS match and return.</summary>
    private static readonly string[] Usual = [.. typeof(PacsFilter)
        .GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public).Select(property => property.Name)];

    /// <summary>The keywords that begin with the typed text, each with a description that contains its tag.</summary>
    internal static IEnumerable<(string Text, string ToolTip)> Keywords(string word) => DataDictionary.Entries
        .Where(
            entry => word.Length > 0 ? entry.Keyword.StartsWith(word, StringComparison.OrdinalIgnoreCase) : Usual.Contains(entry.Keyword))
        .Select(entry => (entry.Keyword, $"{entry.Tag} {entry.VR}, {entry.VM} value(s)"))
        .OrderBy(entry => entry.Keyword, StringComparer.Ordinal);

    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) => Keywords(word);
}

/// <summary>Completes a key of -Filter to a hashtable with this key.</summary>
public sealed class FilterCompleter : KeywordCompleter
{
    /// <inheritdoc/>
    private protected override string Quote(string text) => $"@{{ {text} = '' }}";
}
