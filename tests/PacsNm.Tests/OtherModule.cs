namespace PacsNm.Tests;

/// <summary>
/// A copy of tests/OtherModule, somebody else's module, whose CliWrap has another version than ours. The package registry
/// may serve one version only: the number is changed in the files.
/// </summary>
internal static class OtherModule
{
    /// <summary>Makes a copy.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="version">The version of its CliWrap.</param>
    /// <returns>The path to import it by. CliWrap.dll lies beside it.</returns>
    public static string Create(string folder, Version version)
    {
        foreach (var name in new[] { "OtherModule.dll", "CliWrap.dll" })
        {
            var file = Path.Combine(folder, name);
            File.Copy(Path.Combine(Repository.Root, "tests", "OtherModule", "bin", name), file);
            AssemblyFile.SetVersion(file, "CliWrap", version);
        }

        return Path.Combine(folder, "OtherModule.dll");
    }
}
