using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PacsNm.Completion;

/// <summary>Completes a parameter's value from a list. Errors are ignored, because completion runs between two keystrokes.</summary>
public abstract class Completer : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        return [.. Values(word)
            .Where(value => value.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(value => new CompletionResult(Quote(value.Text), value.Text, CompletionResultType.ParameterValue, value.ToolTip))];
    }

    /// <summary>The possible values, each with a description.</summary>
    /// <param name="word">The text that has been typed.</param>
    private protected abstract IEnumerable<(string Text, string ToolTip)> Values(string word);

    /// <summary>The text to insert for a value.</summary>
    private protected virtual string Quote(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.') ? text : $"'{text.Replace("'", "''")}'";
}
