using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace PacsNm.Host;

/// <summary>Writes the words behind a script's name as PowerShell reads them, so that the engine pairs names with values.</summary>
internal static partial class ScriptArguments
{
    /// <summary>-Name and -Name:value stay names; $true and $false behind a colon stay what they are; all else is text.</summary>
    public static string Write(IEnumerable<string> words) => string.Join(" ", words.Select(Write));

    private static string Write(string word)
    {
        var name = Name().Match(word);
        if (!name.Success)
            return Quote(word);
        var value = name.Groups["value"];
        if (!value.Success)
            return word;
        var isBool = value.Value.Equals("$true", StringComparison.OrdinalIgnoreCase)
            || value.Value.Equals("$false", StringComparison.OrdinalIgnoreCase);
        return $"-{name.Groups["name"].Value}:{(isBool ? value.Value : Quote(value.Value))}";
    }

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    [GeneratedRegex(@"^-(?<name>[A-Za-z]\w*)(:(?<value>.*))?$", RegexOptions.Singleline)]
    private static partial Regex Name();
}
