#if NET
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace PacsNm;

/// <summary>
/// Loads PacsNm.Processes and PacsNm.Parquet in PowerShell 7 into a separate context. PowerShell 7 loads modules into the default context,
/// which accepts only one assembly of a name, and another module may have loaded its own CliWrap or Parquet.Net there. These two are the
/// only assemblies that use them, and their context contains what lies next to them. The other assemblies of PacsNm have unique names and
/// no dependencies. They are in the default context, where PowerShell finds their types by name.
/// </summary>
public sealed class IsolatedAssemblies : IModuleAssemblyInitializer
{
    private static readonly Context Own = new(
        Path.Combine(Path.GetDirectoryName(typeof(IsolatedAssemblies).Assembly.Location)!, "isolated"));

    /// <summary>Registers the handler permanently, because other runspaces may use the module after this one has removed it.</summary>
    public void OnImport()
    {
        AssemblyLoadContext.Default.Resolving -= Resolve;
        AssemblyLoadContext.Default.Resolving += Resolve;
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name is "PacsNm.Processes" or "PacsNm.Parquet" ? Own.LoadFromAssemblyName(name) : null;

    private sealed class Context(string folder) : AssemblyLoadContext("PacsNm")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            var path = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
#endif
