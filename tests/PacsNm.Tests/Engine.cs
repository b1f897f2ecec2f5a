using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PacsNm.Tests;

/// <summary>A PowerShell engine with the built module imported from its manifest.</summary>
internal sealed class Engine : IDisposable
{
    /// <summary>Two runspaces that open at the same moment can leave one of them without a drive.</summary>
    private static readonly Lock Opening = new();

    private readonly Runspace _runspace;
    private bool _isHung;

    public Engine(string? manifest = null)
    {
        Folder = Directory.CreateTempSubdirectory("pacsnm-test-").FullName;
        lock (Opening)
        {
            _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            _runspace.Open();
            _runspace.SessionStateProxy.Path.SetLocation(Folder);
        }

        Run("Import-Module $manifest -ErrorAction Stop", ("manifest", manifest ?? Repository.Manifest)).ThrowIfFailed();
    }

    /// <summary>The engine's current location: an empty folder of its own.</summary>
    public string Folder { get; }

    /// <summary>Runs a script to its end.</summary>
    public EngineResult Run(string script, params (string Name, object? Value)[] variables)
    {
        return Invoke(Prepare(script, variables), stop: null);
    }

    /// <summary>Runs a script, and stops it as Ctrl+C does once a condition holds.</summary>
    /// <returns>
    /// Once control is back. That the stop ended the script is certain where nothing else could: the peer says nothing, and the
    /// script has <see cref="Wait.LongerThanLimit"/> for its own limits.
    /// </returns>
    public EngineResult RunAndStop(string script, Func<bool> condition, params (string Name, object? Value)[] variables)
    {
        var shell = Prepare(script, variables);
        return Invoke(shell, () =>
        {
            Wait.Until("the condition to stop at", condition);
            shell.BeginStop(null, null);
        });
    }

    public void Dispose()
    {
        // Disposing waits for a script that still runs.
        if (!_isHung)
            _runspace.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private PowerShell Prepare(string script, (string Name, object? Value)[] variables)
    {
        foreach (var (name, value) in variables)
            _runspace.SessionStateProxy.SetVariable(name, value);
        var shell = PowerShell.Create(_runspace);

        // What ends a statement ends the script here, so that it can be told from what does not.
        shell.AddScript("try {\n" + script + "\n} catch { throw }");
        return shell;
    }

    private EngineResult Invoke(PowerShell shell, Action? stop)
    {
        try
        {
            return InvokeToEnd(shell, stop);
        }
        finally
        {
            if (!_isHung)
                shell.Dispose();
        }
    }

    private EngineResult InvokeToEnd(PowerShell shell, Action? stop)
    {
        var output = new PSDataCollection<PSObject>();
        ErrorRecord? terminating = null;
        var running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        try
        {
            stop?.Invoke();
            _isHung = !running.AsyncWaitHandle.WaitOne(Wait.Limit);
            if (_isHung)
                throw new TimeoutException($"The script did not end within {Wait.Limit.TotalMinutes} minutes.");
            shell.EndInvoke(running);
        }
        catch (PipelineStoppedException) when (stop is not null)
        {
        }
        catch (RuntimeException exception)
        {
            terminating = exception.ErrorRecord;
        }

        return new EngineResult(
            output.ReadAll(),
            shell.Streams.Error.ReadAll(),
            terminating,
            shell.Streams.Warning.ReadAll(),
            shell.Streams.Verbose.ReadAll(),
            shell.Streams.Progress.ReadAll());
    }
}

/// <summary>What a script gave.</summary>
internal sealed record EngineResult(
    Collection<PSObject> Output,
    Collection<ErrorRecord> Errors,
    ErrorRecord? Terminating,
    Collection<WarningRecord> Warnings,
    Collection<VerboseRecord> Verbose,
    Collection<ProgressRecord> Progress)
{
    /// <summary>The ErrorIds, without the names of the cmdlets, the terminating one last.</summary>
    public string[] ErrorIds =>
        [.. Errors.Append(Terminating).OfType<ErrorRecord>().Select(error => error.FullyQualifiedErrorId.Split(',')[0])];

    /// <summary>A property of each output object.</summary>
    public object?[] Values(string property) => [.. Output.Select(item => item.Properties[property]?.Value)];

    /// <inheritdoc cref="Values"/>
    public string[] Texts(string property) => [.. Values(property).Select(value => $"{value}")];

    /// <summary>The rate at which the first output object was retrieved.</summary>
    public double BytesPerSecond => (long)Values("Bytes")[0]! / ((TimeSpan)Values("Duration")[0]!).TotalSeconds;

    /// <summary>The number of items in a property of each output object that is a list.</summary>
    public int[] Counts(string property) => [.. Values(property).Select(value => ((System.Collections.ICollection)value!).Count)];

    /// <summary>A property of each item in a list that the first output object has.</summary>
    public string[] Items(string list, string property) =>
        [
            .. ((System.Collections.IEnumerable)Values(list)[0]!).Cast<object>()
                .Select(item => $"{PSObject.AsPSObject(item).Properties[property].Value}"),
        ];

    /// <summary>Everything that a transcript or a log would hold.</summary>
    public string AllText => string.Join("\n",
        Errors.Append(Terminating).OfType<ErrorRecord>().Select(error => $"{error} {error.ErrorDetails?.RecommendedAction}")
            .Concat(Warnings.Select(record => record.Message))
            .Concat(Verbose.Select(record => record.Message))
            .Concat(Progress.Select(record => $"{record.Activity} {record.StatusDescription}")));

    public EngineResult ThrowIfFailed() =>
        ErrorIds.Length == 0 ? this : throw new InvalidOperationException(AllText);
}
