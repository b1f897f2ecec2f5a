namespace PacsNm.Completion;

/// <summary>Completes the number of associations of a retrieval.</summary>
public sealed class ThrottleLimitCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) =>
        [("Auto", "As many as the PACS serves without slowing down"), .. new[] { 1, 2, 4, 8 }.Select(Associations)];

    private static (string Text, string ToolTip) Associations(int count) => ($"{count}", $"{count} at the same time");
}
