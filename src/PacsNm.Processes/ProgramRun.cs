using System.ComponentModel;
using CliWrap;

namespace PacsNm.Processes;

/// <summary>
/// One run of another program. The members use only types of .NET, so that CliWrap's types stay inside this assembly.
/// </summary>
/// <param name="path">The path of the program.</param>
/// <param name="arguments">The arguments. Each is passed unchanged, whatever characters it contains.</param>
public sealed class ProgramRun(string path, IEnumerable<string> arguments)
{
    /// <summary>The environment variables to set in addition to those of this process.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The folder that the program starts in; null for that of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Receives the bytes of standard output; null discards them.</summary>
    public Stream? Output { get; init; }

    /// <summary>Receives each line of standard error; null discards them.</summary>
    public Action<string>? ErrorLine { get; init; }

    /// <summary>Runs the program to its end, whatever its exit code is.</summary>
    /// <param name="interrupt">Asks the program to end, as Ctrl+C does.</param>
    /// <param name="kill">Ends the program and the processes that it started.</param>
    /// <exception cref="OperationCanceledException">One of the tokens was cancelled, and the program has ended.</exception>
    /// <exception cref="Win32Exception">The file cannot be run.</exception>
    public async Task ExecuteAsync(CancellationToken interrupt, CancellationToken kill) =>
        await Cli.Wrap(path)
            .WithArguments(arguments)
            .WithEnvironmentVariables(Environment)
            .WithWorkingDirectory(WorkingDirectory ?? "")
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(Output is null ? PipeTarget.Null : PipeTarget.ToStream(Output))
            .WithStandardErrorPipe(ErrorLine is null ? PipeTarget.Null : PipeTarget.ToDelegate(ErrorLine))
            .ExecuteAsync(kill, interrupt)
            .ConfigureAwait(false);
}
