namespace PacsNm.Benchmarks;

/// <summary>The workloads on disk, and the servers that have them.</summary>
internal sealed class Archives : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Archives(IEnumerable<Workload> workloads)
    {
        Data = NewFolder("data");
        foreach (var workload in workloads)
            workload.Write(Data);
    }

    /// <summary>Where the files are, named by their SOP Instance UIDs.</summary>
    public string Data { get; }

    /// <summary>An empty folder on the same disk.</summary>
    public string NewFolder() => NewFolder(Path.GetRandomFileName());

    /// <summary>How long something takes that fills an empty folder, in seconds. Its bytes are then let go.</summary>
    public double TimeInto(Action<string> fill)
    {
        var folder = NewFolder();
        var seconds = Measurement.Time(() => fill(folder));
        Empty(folder);
        return seconds;
    }

    /// <summary>
    /// Cuts the files of a folder to no bytes. They are deleted at the very end: after a deletion ext4 looks for minutes, at
    /// each file that is made, for an inode that was not deleted just now, 0.4 ms a file where it is 0.02 ms otherwise.
    /// </summary>
    public static void Empty(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var file = new FileStream(path, FileMode.Truncate);
        }
    }

    /// <summary>Starts a server: as shipped, or with Nagle's algorithm off.</summary>
    public ArchiveServer Start(string server) => server switch
    {
        "replay" => ArchiveServer.Replay(),
        "dcmqrscp" => ArchiveServer.Dcmqrscp(Data, noDelay: false),
        "dcmqrscp-nodelay" => ArchiveServer.Dcmqrscp(Data, noDelay: true),
        "orthanc" => ArchiveServer.Orthanc(Storage, Data, noDelay: false),
        "orthanc-nodelay" => ArchiveServer.Orthanc(Storage, Data, noDelay: true),
        _ => throw new ArgumentException($"There is no server '{server}'."),
    };

    public void Dispose() => _folder.Dispose();

    private string Storage => Path.Combine(_folder.Path, "orthanc");

    private string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
}
