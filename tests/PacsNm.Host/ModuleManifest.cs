namespace PacsNm.Host;

/// <summary>Finds the module: PACSNM_MODULE names a manifest; else it is the one of the folder tree that this program is in.</summary>
internal static class ModuleManifest
{
    /// <summary>The manifest's path.</summary>
    public static string Find(string start)
    {
        if (Environment.GetEnvironmentVariable("PACSNM_MODULE") is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, "PacsNm.psd1");
            if (File.Exists(manifest))
                return manifest;
        }

        throw new FileNotFoundException($"No PacsNm.psd1 above {start}.");
    }
}
