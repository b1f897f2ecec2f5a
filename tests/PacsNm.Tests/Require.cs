namespace PacsNm.Tests;

/// <summary>What a test needs of the machine. Without it the test is skipped; where CI=true, it fails.</summary>
internal static class Require
{
    /// <summary>The path of a program on the PATH or in /usr/sbin.</summary>
    public static string Tool(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin");
        var path = folders
            .SelectMany(folder => new[] { Path.Combine(folder, name), Path.Combine(folder, name + ".exe") })
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            var reason = $"{name} is not installed.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail(reason);
            Assert.Skip(reason);
        }

        return path;
    }
}
