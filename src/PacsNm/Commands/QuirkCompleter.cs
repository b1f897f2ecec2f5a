using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PacsNm.Simulator;

namespace PacsNm.Commands;

/// <summary>Completes the names of quirks.</summary>
public sealed class QuirkCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Enum.GetNames(typeof(QuirkName))
            .Where(name => name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
