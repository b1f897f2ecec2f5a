using System.Reflection;

namespace PacsNm.DesktopCheck;

/// <summary>Loads PacsNm.Processes and CliWrap from their own folder, as the module's DesktopAssemblies does.</summary>
internal static class IsolatedFolder
{
    public static void Answer(string folder) => AppDomain.CurrentDomain.AssemblyResolve += (_, asked) =>
    {
        var path = Path.Combine(folder, new AssemblyName(asked.Name).Name + ".dll");
        return File.Exists(path) ? Assembly.LoadFile(Path.GetFullPath(path)) : null;
    };
}
