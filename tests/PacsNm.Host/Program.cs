using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;
using PacsNm.Host;

// PacsNm.Host -Command '…' | -File script.ps1 arguments…
// A small console over the PowerShell engine, with the built module imported, for machines without PowerShell.
// It ends with the script's exit code; without one, with 1 if an error ended it or its last statement failed, else with 0.
if (args is not [var mode, var what, .. var rest] || !(Is(mode, "-Command") && rest.Length == 0 || Is(mode, "-File")))
{
    Console.Error.WriteLine("Usage: PacsNm.Host -Command '<commands>' | -File <script.ps1> [<arguments>]");
    return 64;
}

var manifest = ModuleManifest.Find(AppContext.BaseDirectory);
var host = new ConsoleHost();
if (Console.IsOutputRedirected)
    PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
var state = InitialSessionState.CreateDefault2();
if (OperatingSystem.IsWindows())
    state.ExecutionPolicy = ExecutionPolicy.Bypass;
using var runspace = RunspaceFactory.CreateRunspace(host, state);
runspace.Open();
runspace.SessionStateProxy.Path.SetLocation(Environment.CurrentDirectory);
using var shell = PowerShell.Create(runspace);
Console.CancelKeyPress += (_, stop) =>
{
    stop.Cancel = true;
    host.SetShouldExit(130);
    shell.BeginStop(null, null);
};

try
{
    shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", "Stop").Invoke();
    shell.Commands.Clear();
    AddWork();
    shell.AddCommand("Out-Default");
    shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
    shell.Invoke();
    return host.ExitCode ?? (shell.HadErrors ? 1 : 0);
}
catch (PipelineStoppedException)
{
    return host.ExitCode ?? 1;
}
catch (RuntimeException exception)
{
    host.UI.WriteErrorLine(ConsoleHost.Describe(exception.ErrorRecord));
    return host.ExitCode ?? 1;
}

void AddWork()
{
    if (Is(mode, "-Command"))
    {
        shell.AddScript(what, useLocalScope: false);
        return;
    }

    // A block of the file, not the file as a command: of that, exit ends the file and not the run.
    var script = Parser.ParseFile(Path.GetFullPath(what), out _, out var errors);
    if (errors.Length > 0)
        throw new ParseException(errors);
    shell.AddScript($"param($Script) & $Script {ScriptArguments.Write(rest)}", useLocalScope: false)
        .AddParameter("Script", script.GetScriptBlock());
}

static bool Is(string text, string parameter) => text.Equals(parameter, StringComparison.OrdinalIgnoreCase);
