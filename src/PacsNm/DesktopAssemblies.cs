#if NETFRAMEWORK
using System.Management.Automation;
using System.Reflection;

namespace PacsNm;

/// <summary>
/// Windows PowerShell has no binding redirects for a module: CliWrap asks for System.Memory 4.0.2, and a later one lies
/// beside it. What lies beside the module is taken, whatever its version.
/// </summary>
public sealed class DesktopAssemblies : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(DesktopAssemblies).Assembly.Location)!;

    /// <inheritdoc/>
    public void OnImport() => AppDomain.CurrentDomain.AssemblyResolve += Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AppDomain.CurrentDomain.AssemblyResolve -= Resolve;

    private static Assembly? Resolve(object sender, ResolveEventArgs asked)
    {
        var path = Path.Combine(Folder, new AssemblyName(asked.Name).Name + ".dll");
        return File.Exists(path) ? Assembly.LoadFrom(path) : null;
    }
}
#endif
