using PacsNm.Servers;

namespace PacsNm.Completion;

/// <summary>Completes the name of a saved server.</summary>
public class SavedServerCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word)
    {
        try
        {
            return
                [
                    .. ServerFile.Read().All().Select(
                        server => (server.Name, $"{server} as {server.CallingAETitle}{(server.IsDefault ? ", the default" : "")}")),
                ];
        }
        catch (ServerFileException)
        {
            return [];
        }
    }
}
