using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PacsNm.Benchmarks;

/// <summary>A PowerShell engine with the module in it.</summary>
internal sealed class Engine : IDisposable
{
    private readonly Runspace _runspace;

    public Engine()
    {
        _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        _runspace.Open();
        Import(_runspace);
    }

    /// <summary>Imports the module.</summary>
    public static void Import(Runspace runspace)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddArgument(Path.Combine(RepositoryRoot, "PacsNm.psd1")).AddParameter("ErrorAction", "Stop")
            .Invoke();
    }

    /// <summary>Where the manifest is.</summary>
    public static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "PacsNm.psd1")))
                folder = folder.Parent;
            return folder.FullName;
        }
    }

    /// <summary>Runs a script whose objects are counted and let go, as a consumer's are.</summary>
    public void Invoke(string script, int count = 0)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        var output = new PSDataCollection<PSObject>();
        var received = 0;
        output.DataAdded += (_, added) =>
        {
            received++;
            output[added.Index] = null!;
        };
        shell.Invoke(null, output);
        if (shell.HadErrors)
            throw new InvalidOperationException($"{shell.Streams.Error[0]}");
        if (received != count)
            throw new InvalidOperationException($"{received} objects where {count} were due.");
    }

    public void Dispose() => _runspace.Dispose();
}
