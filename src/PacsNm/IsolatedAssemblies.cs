#if NET
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace PacsNm;

/// <summary>
/// PowerShell 7 loads modules into the default context, which takes one assembly of a name. Another module may have its own
/// CliWrap there. PacsNm.Processes, the only assembly that uses CliWrap, is therefore loaded into a context of PacsNm's own,
/// with the CliWrap that lies beside it. The other assemblies of PacsNm are its own by name and have no dependencies; in
/// the default context PowerShell finds their types by name.
/// </summary>
public sealed class IsolatedAssemblies : IModuleAssemblyInitializer
{
    private static readonly Context Own = new(
        Path.Combine(Path.GetDirectoryName(typeof(IsolatedAssemblies).Assembly.Location)!, "isolated"));

    /// <summary>Answers for PacsNm.Processes from now on: other runspaces may use the module after this one has removed it.</summary>
    public void OnImport()
    {
        AssemblyLoadContext.Default.Resolving -= Resolve;
        AssemblyLoadContext.Default.Resolving += Resolve;
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == "PacsNm.Processes" ? Own.LoadFromAssemblyName(name) : null;

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
