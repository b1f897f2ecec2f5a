using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace PacsNm.Host;

/// <summary>What the engine asks of the program that it runs in.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleUserInterface _userInterface = new();

    /// <summary>The code that a script's exit gave.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "PacsNm.Host";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => _userInterface;

    /// <summary>An error in one or two lines: the message, what to do, and the ErrorId.</summary>
    public static string Describe(ErrorRecord error)
    {
        var text = $"{error.ErrorDetails?.Message ?? error.Exception.Message} [{error.FullyQualifiedErrorId}]";
        return error.ErrorDetails?.RecommendedAction is { Length: > 0 } action
            ? $"{text}{Environment.NewLine}  {action}"
            : text;
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
