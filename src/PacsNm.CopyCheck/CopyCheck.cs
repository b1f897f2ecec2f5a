using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PacsNm;

/// <summary>
/// Checks that the process has not loaded another version of the module. .NET keeps an assembly as long as the process runs, and loads
/// no other assembly of the same name, so the import of another version would fail with an obscure error or run the loaded code. The
/// manifest loads this assembly first, and the check then reports the problem.
/// </summary>
public sealed class CopyCheck : IModuleAssemblyInitializer
{
    private const string Module = "PacsNm";

    /// <summary>The path of the code, relative to the folder of the manifest.</summary>
    private static readonly string Code = Path.Combine(
        "bin",
        RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal) ? "net472" : "net8.0",
        Module + ".dll");

    /// <summary>
    /// The name under which the process stores the write time of the loaded file, which may be replaced afterwards. A static field is not
    /// enough, because another version of this assembly has its own.
    /// </summary>
    private const string Written = "PacsNm.Written";

    /// <summary>Compares the code of the imported manifest with the loaded code.</summary>
    /// <exception cref="RuntimeException">The code differs. The ErrorId is OtherCopyLoaded.</exception>
    public void OnImport()
    {
        string? imported;
        if (AppDomain.CurrentDomain.GetData(Written) is null)
        {
            // The first import in this process: this assembly was loaded from the imported folder.
            imported = Path.GetDirectoryName(typeof(CopyCheck).Assembly.Location)!;
            AppDomain.CurrentDomain.SetData(Written, File.GetLastWriteTimeUtc(Path.Combine(imported, Code)));
        }
        else
        {
            imported = FindImported();
        }

        // PowerShell 7 loads the code before this check runs, Windows PowerShell after it.
        if (imported is not null && FindLoaded() is { } loaded && !IsSame(loaded.Location, Path.Combine(imported, Code)))
            throw OtherCopyLoaded(loaded, imported);
    }

    private static Assembly? FindLoaded() => AppDomain.CurrentDomain.GetAssemblies()
        .FirstOrDefault(assembly => assembly.FullName.StartsWith(Module + ",", StringComparison.Ordinal));

    /// <summary>
    /// The folder of the imported manifest; null if it is unknown, for example in a session without a language. It is not the folder of
    /// this assembly, which may have been loaded from another copy. While nested modules are loaded, the session state of the module is
    /// current.
    /// </summary>
    private static string? FindImported()
    {
        try
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            return shell.AddScript("$ExecutionContext.SessionState.Module").Invoke<PSModuleInfo>()
                .FirstOrDefault(module => module?.Name == Module)?.ModuleBase;
        }
        catch (Exception exception) when (exception is RuntimeException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsSame(string loaded, string imported) =>
        File.Exists(loaded) && File.Exists(imported)
        && Equals(AppDomain.CurrentDomain.GetData(Written), File.GetLastWriteTimeUtc(loaded))
        && (loaded == imported || File.ReadAllBytes(loaded).SequenceEqual(File.ReadAllBytes(imported)));

    private static RuntimeException OtherCopyLoaded(Assembly loaded, string imported)
    {
        var file = Path.Combine(imported, Code);
        var version = File.Exists(file) ? $" {AssemblyName.GetAssemblyName(file).Version.ToString(3)}" : "";
        var loadedFrom = loaded.Location.EndsWith(Code, StringComparison.OrdinalIgnoreCase)
            ? Path.GetDirectoryName(loaded.Location.Substring(0, loaded.Location.Length - Code.Length))
            : loaded.Location;
        var exception = new InvalidOperationException(
            $"This session has already loaded {Module} {loaded.GetName().Version.ToString(3)} from '{loadedFrom}', and loaded code stays"
            + $" until the session ends. To use {Module}{version} from '{imported}', start a new PowerShell session.");
        var record = new ErrorRecord(exception, "OtherCopyLoaded", ErrorCategory.ResourceExists, imported)
        {
            ErrorDetails = new ErrorDetails(exception.Message)
            {
                RecommendedAction = "Start a new PowerShell session, and import the module that you want there first.",
            },
        };
        return new RuntimeException(exception.Message, exception, record);
    }
}
