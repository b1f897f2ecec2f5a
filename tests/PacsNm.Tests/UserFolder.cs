using System.Runtime.CompilerServices;

namespace PacsNm.Tests;

/// <summary>The tests know nothing of the servers that whoever runs them has saved.</summary>
internal static class UserFolder
{
    [ModuleInitializer]
    internal static void Hide()
    {
        var folder = Directory.CreateTempSubdirectory("pacsnm-user-").FullName;
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", folder);
        Environment.SetEnvironmentVariable("PACSNM_SERVER", null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
