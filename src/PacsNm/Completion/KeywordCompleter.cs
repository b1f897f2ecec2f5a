using System.Reflection;
using PacsNm.Dicom.Data;

namespace PacsNm.Completion;

/// <summary>Completes a keyword of PS3.6.</summary>
public class KeywordCompleter : Completer
{
    /// <summary>What is offered before anything is typed: keys that many a PACS matches and returns.</summary>
    private static readonly string[] Usual = [.. typeof(PacsFilter)
        .GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public).Select(property => property.Name)];

    /// <summary>The keywords that begin with what has been typed, each with its tag and what it holds.</summary>
    internal static IEnumerable<(string Text, string ToolTip)> Keywords(string word) => DataDictionary.Entries
        .Where(
            entry => word.Length > 0 ? entry.Keyword.StartsWith(word, StringComparison.OrdinalIgnoreCase) : Usual.Contains(entry.Keyword))
        .Select(entry => (entry.Keyword, $"{entry.Tag} {entry.VR}, {entry.VM} value(s)"))
        .OrderBy(entry => entry.Keyword, StringComparer.Ordinal);

    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) => Keywords(word);
}

/// <summary>Completes a key of -Filter, to a hashtable that has it.</summary>
public sealed class FilterCompleter : KeywordCompleter
{
    /// <inheritdoc/>
    private protected override string Quote(string text) => $"@{{ {text} = '' }}";
}
