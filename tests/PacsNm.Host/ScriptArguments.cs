using System.Collections;

namespace PacsNm.Host;

/// <summary>Turns the words behind a script's name into arguments, as pwsh -File does.</summary>
internal static class ScriptArguments
{
    /// <summary>-Name value, -Name:value, -Switch, or a value by its position.</summary>
    public static (Hashtable Named, string[] Positional) Parse(IReadOnlyList<string> words)
    {
        var named = new Hashtable();
        var positional = new List<string>();
        for (var index = 0; index < words.Count; index++)
        {
            var word = words[index];
            var colon = word.IndexOf(':');
            if (!IsName(word))
                positional.Add(word);
            else if (colon > 0)
                named[word[1..colon]] = word[(colon + 1)..];
            else if (index + 1 < words.Count && !IsName(words[index + 1]))
                named[word[1..]] = words[++index];
            else
                named[word[1..]] = true;
        }

        return (named, [.. positional]);
    }

    private static bool IsName(string word) => word.Length > 1 && word[0] == '-' && char.IsLetter(word[1]);
}
