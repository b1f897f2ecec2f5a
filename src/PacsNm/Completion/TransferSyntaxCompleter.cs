using PacsNm.Dicom.Data;

namespace PacsNm.Completion;

/// <summary>Completes a transfer syntax to its keyword of PS3.6.</summary>
public sealed class TransferSyntaxCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) =>
        TransferSyntax.All.Select(syntax => (syntax.Keyword, $"{syntax.Uid} {syntax.Name}"));
}
