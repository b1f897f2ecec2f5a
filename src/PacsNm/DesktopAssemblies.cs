#if NETFRAMEWORK
using System.Management.Automation;
using System.Reflection;

namespace PacsNm;

/// <summary>
/// Resolves assemblies in Windows PowerShell, which has no binding redirects for a module: CliWrap requests System.Memory 4.0.2, and the
/// module contains a later version. An assembly next to the requesting one is used, whatever its version. PacsNm.Processes and its
/// dependencies are loaded from a separate folder and without a context, so that another module's CliWrap does not replace theirs.
/// </summary>
public sealed class DesktopAssemblies : IModuleAssemblyInitializer
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(DesktopAssemblies).Assembly.Location)!;

    private static readonly string Isolated = Path.Combine(Folder, "isolated");

    /// <summary>Registers the handler permanently, because other runspaces may use the module after this one has removed it.</summary>
    public void OnImport()
    {
        AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
    }

    /// <summary>Answers only requests from assemblies of this module. Other modules answer their own.</summary>
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
