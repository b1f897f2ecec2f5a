namespace PacsNm.Completion;

/// <summary>Completes a practice PACS of this session.</summary>
public sealed class SimulatorCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) =>
        RunningSimulators.All.Select(server => ($"{server}", $"A practice PACS of this session{(server.UseTls ? ", with TLS" : "")}"));
}
