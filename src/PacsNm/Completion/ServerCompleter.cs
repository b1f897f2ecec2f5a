namespace PacsNm.Completion;

/// <summary>
/// Completes a value of -Server: the name of a saved server, or a practice PACS of this session that its address alone reaches, which is
/// one without TLS.
/// </summary>
public sealed class ServerCompleter : SavedServerCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) =>
        base.Values(word).Concat(RunningSimulators.All
            .Where(server => !server.UseTls)
            .Select(server => ($"{server}", "A practice PACS of this session")));
}
