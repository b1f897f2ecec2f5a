using System.Management.Automation;
using CliWrap;

namespace OtherModule;

/// <summary>Asks a program for its version with CliWrap, and returns the version of the CliWrap that did it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OtherProgram")]
[OutputType(typeof(string))]
public sealed class InvokeOtherProgramCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    protected override void ProcessRecord()
    {
        var result = Cli.Wrap(Path).WithArguments("--version").ExecuteAsync().Task.GetAwaiter().GetResult();
        if (result.ExitCode == 0)
            WriteObject(typeof(Cli).Assembly.GetName().Version!.ToString(3));
    }
}
