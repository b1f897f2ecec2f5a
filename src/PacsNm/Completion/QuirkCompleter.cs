using PacsNm.Simulator;

namespace PacsNm.Completion;

/// <summary>Completes the names of quirks. A value that follows a name is typed by hand.</summary>
public sealed class QuirkCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) =>
        Enum.GetNames(typeof(QuirkName)).Select(name => (name, name));
}
