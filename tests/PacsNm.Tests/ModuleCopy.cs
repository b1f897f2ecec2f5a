using System.Reflection;

namespace PacsNm.Tests;

/// <summary>A second copy of the built module.</summary>
internal static class ModuleCopy
{
    /// <summary>Copies the module as it is.</summary>
    /// <param name="folder">A folder that has no copy yet.</param>
    /// <returns>The folder of the copy, named PacsNm.</returns>
    public static string Create(string folder)
    {
        var target = Path.Combine(folder, "PacsNm");
        var files = new[] { "bin", "en-US" }.SelectMany(name =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, name), "*", SearchOption.AllDirectories));
        foreach (var file in files.Append(Repository.Manifest).Append(Path.Combine(Repository.Root, "PacsNm.CopyCheck.dll")))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }

    /// <summary>Makes a copy another build of the same version.</summary>
    public static void MakeOtherBuild(string copy) => AssemblyFile.SetBuild(Code(copy));

    /// <summary>Makes a copy version 9.9.9.</summary>
    public static void MakeOtherVersion(string copy)
    {
        MakeOtherBuild(copy);
        AssemblyFile.SetVersion(Code(copy), "PacsNm", new Version(9, 9, 9));
        var check = Path.Combine(copy, "PacsNm.CopyCheck.dll");
        var name = AssemblyName.GetAssemblyName(check).Name!;
        var version = name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];
        AssemblyFile.SetBuild(check);
        var other = new string([.. version.Select(c => char.IsDigit(c) ? '9' : c)]);
        AssemblyFile.SetName(check, name.Replace(version, other, StringComparison.Ordinal));
        var manifest = Path.Combine(copy, "PacsNm.psd1");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace($"'{version}'", "'9.9.9'", StringComparison.Ordinal));
    }

    private static string Code(string copy) => Path.Combine(copy, "bin", "net8.0", "PacsNm.dll");
}
