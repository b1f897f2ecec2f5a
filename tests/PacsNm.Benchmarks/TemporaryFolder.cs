namespace PacsNm.Benchmarks;

/// <summary>A folder that goes with all that is in it, however a benchmark ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pacsnm-bench-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
