namespace PacsNm.Tests;

/// <summary>Where things are.</summary>
internal static class Repository
{
    /// <summary>The folder of the manifest.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The module's manifest, as a user imports it.</summary>
    public static string Manifest => Path.Combine(Root, "PacsNm.psd1");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PacsNm.psd1")))
            folder = folder.Parent ?? throw new FileNotFoundException("No PacsNm.psd1 above the tests.");
        return folder.FullName;
    }
}
