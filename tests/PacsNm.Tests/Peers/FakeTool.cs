namespace PacsNm.Tests.Peers;

/// <summary>A program of the name of one of DCMTK's, which does what a real one does only on a bad day.</summary>
internal sealed class FakeTool : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsnm-tool-").FullName;

    /// <param name="script">What it does, in the words of sh.</param>
    /// <param name="name">Its name.</param>
    public FakeTool(string script, string name = "getscu")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is one of sh.");
        Program = System.IO.Path.Combine(_folder, name);
        File.WriteAllText(Program, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The program.</summary>
    public string Program { get; }

    /// <summary>A PATH on which it is found before any other.</summary>
    public string Path => $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
