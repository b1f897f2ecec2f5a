#if NETFRAMEWORK
using System.Management.Automation;
using System.Reflection;

namespace PacsNm;

/// <summary>
/// Windows PowerShell has no binding redirects for a module: CliWrap asks for System.Memory 4.0.2, and a later one lies
/// beside it. What lies beside the assembly that asks is taken, whatever its version. PacsNm.Processes and what it uses are
/// loaded from a folder of their own and without a context, so that no other module's CliWrap takes their place.
/// </summary>
public sealed class DesktopAssemblies : IModuleAssemblyInitializer
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(DesktopAssemblies).Assembly.Location)!;

    private static readonly string Isolated = Path.Combine(Folder, "isolated");

    /// <summary>Answers from now on: other runspaces may use the module after this one has removed it.</summary>
    public void OnImport()
    {
        AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
    }

    /// <summary>Only for what an assembly of this module asks for: other modules answer for their own.</summary>
    private static Assembly? Resolve(object sender, ResolveEventArgs asked)
    {
        var name = new AssemblyName(asked.Name).Name;
        if (IsIn(Isolated, asked.RequestingAssembly) || name == "PacsNm.Processes")
            return Load(Isolated, name, Assembly.LoadFile);
        return IsIn(Folder, asked.RequestingAssembly) ? Load(Folder, name, Assembly.LoadFrom) : null;
    }

    private static bool IsIn(string folder, Assembly? assembly) =>
        assembly is { IsDynamic: false }
        && string.Equals(Path.GetDirectoryName(assembly.Location), folder, StringComparison.OrdinalIgnoreCase);

    private static Assembly? Load(string folder, string name, Func<string, Assembly> load)
    {
        var path = Path.Combine(folder, name + ".dll");
        return File.Exists(path) ? load(path) : null;
    }
}
#endif
