using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace PacsNm.Host;

/// <summary>Output on stdout; warnings, errors, verbose text and progress on stderr.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface
{
    private readonly ConsoleRawUserInterface _raw = new();
    private bool _isProgressShown;

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override string ReadLine() => Console.In.ReadLine() ?? "";

    public override SecureString ReadLineAsSecureString() => throw NoPrompt();

    public override void Write(string value) => Console.Out.Write(Plain(value));

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Console.Out.Write(Plain(value));

    public override void WriteLine(string value) => Console.Out.WriteLine(Plain(value));

    public override void WriteErrorLine(string value) => Tell(value);

    public override void WriteWarningLine(string message) => Tell("WARNING: " + message);

    public override void WriteVerboseLine(string message) => Tell("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => Tell("DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Console.IsErrorRedirected)
            return;
        _isProgressShown = record.RecordType == ProgressRecordType.Processing;
        Console.Error.Write(_isProgressShown ? $"\r\e[K{record.Activity}: {record.StatusDescription}" : "\r\e[K");
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NoPrompt();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw NoPrompt();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NoPrompt();

    /// <summary>Asks; without an answer the default is taken.</summary>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Console.Error.WriteLine(caption);
        Console.Error.WriteLine(message);
        Console.Error.Write(string.Join("  ", choices.Select(choice => choice.Label)) + ": ");
        var answer = Console.In.ReadLine();
        var chosen = choices.ToList().FindIndex(choice => !string.IsNullOrEmpty(answer)
            && choice.Label.Replace("&", "", StringComparison.Ordinal).StartsWith(answer, StringComparison.OrdinalIgnoreCase));
        return chosen >= 0 ? chosen : defaultChoice;
    }

    /// <summary>Without colours where there is no terminal.</summary>
    private static string Plain(string value) => GetOutputString(value, supportsVirtualTerminal: !Console.IsOutputRedirected);

    private static NotSupportedException NoPrompt() => new("This host asks for nothing but a choice.");

    private void Tell(string line)
    {
        if (_isProgressShown)
            Console.Error.Write("\r\e[K");
        _isProgressShown = false;
        Console.Error.WriteLine(line);
    }
}
