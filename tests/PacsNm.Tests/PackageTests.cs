namespace PacsNm.Tests;

/// <summary>What build.ps1 packages, run in the hosted engine as it runs in PowerShell 7.</summary>
public sealed class PackageTests
{
    private static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? "Release"
            : "Debug";

    [Fact]
    public void The_package_holds_the_module_and_imports_from_a_path_with_spaces_and_umlauts()
    {
        // Not built again: a build would exchange the assemblies under the other tests.
        using var engine = new Engine();
        var output = Path.Combine(engine.Folder, "out put ü");
        var run = HostProcess.Start(
            [
                "-File", Path.Combine(Repository.Root, "build.ps1"), "-Task", "Package", "-NoBuild", "-Configuration", Configuration,
                "-Output", output]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("Imported from " + output, run.Output, StringComparison.Ordinal);

        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(output, "PacsNm")));
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
            .ToArray();
        Assert.Contains("PacsNm.psd1", files);
        Assert.Contains(Path.Combine("bin", "net8.0", "PacsNm.dll"), files);
        Assert.Contains(Path.Combine("bin", "net472", "isolated", "CliWrap.dll"), files);
        Assert.Contains(Path.Combine("en-US", "PacsNm.dll-Help.xml"), files);
        Assert.DoesNotContain(
            files, file => file.Contains("Test", StringComparison.Ordinal) || file.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(output, "PacsNm-*.zip"));

        using var packaged = new Engine(Path.Combine(folder, "PacsNm.psd1"));
        var commands = packaged.Run(
            "Import-Module $manifest -Force; Import-Module $manifest -Force; (Get-Command -Module PacsNm).Name",
            ("manifest", Path.Combine(folder, "PacsNm.psd1")));
        var source = packaged.Run(
            "(Test-ModuleManifest $manifest).ExportedCmdlets.Keys", ("manifest", Repository.Manifest)).ThrowIfFailed();
        Assert.Equal(source.Output.Select(name => $"{name}").Order(), commands.ThrowIfFailed().Output.Select(name => $"{name}").Order());
        var manifest = packaged.Run(
            "$m = Test-ModuleManifest $manifest; $m.PrivateData.PSData.ReleaseNotes; $m.PrivateData.PSData.LicenseUri; "
                + "(Get-Help Find-PacsStudy).Synopsis",
            ("manifest", Path.Combine(folder, "PacsNm.psd1"))).ThrowIfFailed();
        Assert.Contains("Find-PacsStudy", $"{manifest.Output[0]}", StringComparison.Ordinal);
        Assert.StartsWith("https://", $"{manifest.Output[1]}", StringComparison.Ordinal);
        Assert.StartsWith("Finds studies", $"{manifest.Output[2]}", StringComparison.Ordinal);
    }
}
