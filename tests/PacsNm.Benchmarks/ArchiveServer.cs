using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PacsNm.Benchmarks;

/// <summary>A server with the workloads in it.</summary>
internal sealed class ArchiveServer : IDisposable
{
    /// <summary>The AE titles that C-MOVE may name, each with a port of its own: as many as associations are measured.</summary>
    private static readonly (string AETitle, int Port)[] Destinations =
        [.. Enumerable.Range(1, 4).Select(number => ($"BENCH{number}", FreePort()))];

    /// <summary>The associations that Orthanc serves at a time: more than are measured. Its own default is 4.</summary>
    private const int Associations = 16;

    /// <summary>The most studies of a workload that dcmqrscp is given: its index has room for 500 in all.</summary>
    private const int MaxIndexedStudies = 400;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly IDisposable _process;

    private ArchiveServer(string aeTitle, int port, IDisposable process)
    {
        AETitle = aeTitle;
        Port = port;
        _process = process;
    }

    public string AETitle { get; }

    public int Port { get; }

    public string Address => $"{AETitle}@127.0.0.1:{Port}";

    /// <summary>Where C-MOVE can send to; none where the server has no C-MOVE.</summary>
    public IReadOnlyList<(string AETitle, int Port)> MoveDestinations { get; private init; } = [];

    /// <summary>It has only the workloads of so many studies.</summary>
    public int MaxStudies { get; private set; } = int.MaxValue;

    /// <summary>The server that is no limit to a client.</summary>
    public static ArchiveServer Replay()
    {
        var process = new ReplayProcess();
        return new ArchiveServer("REPLAY", process.Port, process);
    }

    /// <summary>dcmqrscp over the files where they lie.</summary>
    public static ArchiveServer Dcmqrscp(string data, bool noDelay)
    {
        var config = Path.Combine(data, "..", "dcmqrscp.cfg");
        if (!File.Exists(Path.Combine(data, "index.dat")))
        {
            var files = Directory.GetFiles(data).Where(path => Workload.Of(Path.GetFileName(path))!.Studies <= MaxIndexedStudies);
            foreach (var chunk in files.Chunk(500))
                ProgramRun.Of("dcmqridx", [data, .. chunk]);
        }

        var hosts = Destinations.Select(destination => $"{destination.AETitle} = ({destination.AETitle}, 127.0.0.1, {destination.Port})");
        File.WriteAllText(config, $"""
            MaxPDUSize = 131072
            MaxAssociations = 32
            HostTable BEGIN
            {string.Join('\n', hosts)}
            HostTable END
            VendorTable BEGIN
            VendorTable END
            AETable BEGIN
            DCMQRSCP {data} RW (400, 9000mb) ANY
            AETable END
            """);
        var port = FreePort();
        var server = Start("DCMQRSCP", port, "dcmqrscp", ["-c", config, $"{port}"], noDelay);
        server.MaxStudies = MaxIndexedStudies;
        return server;
    }

    /// <summary>Orthanc over a storage folder, which is filled when it is new.</summary>
    public static ArchiveServer Orthanc(string storage, string data, bool noDelay)
    {
        var isNew = !Directory.Exists(storage);
        var port = FreePort();
        var config = Path.Combine(data, "..", "orthanc.json");
        var modalities = Destinations.Select(
            destination => $"\"{destination.AETitle}\": [\"{destination.AETitle}\", \"127.0.0.1\", {destination.Port}]");
        File.WriteAllText(config, $$"""
            { "DicomAet": "ORTHANC", "DicomPort": {{port}}, "HttpServerEnabled": false, "Plugins": [], "StorageDirectory": "{{storage}}",
              "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true, "DicomAlwaysAllowGet": true, "DicomAlwaysAllowMove": true,
              "DicomThreadsCount": {{Associations}},
              "DicomModalities": { {{string.Join(", ", modalities)}} } }
            """);
        var server = Start("ORTHANC", port, "Orthanc", [config], noDelay || isNew);
        if (!isNew)
            return server;

        // dcmqrscp has its index there.
        using (server)
            ProgramRun.Of(
                "storescu", ["-aec", "ORTHANC", "+sd", "+sp", $"{Workload.UidRoot}*", "127.0.0.1", $"{port}", data], noDelay: true);
        return Orthanc(storage, data, noDelay);
    }

    /// <summary>The same server at a distance, for as long as what is returned lives.</summary>
    public ArchiveServer At(Distance distance)
    {
        var proxies = new Proxies { new ProxyProcess(distance, Port) };

        // The server connects to the port that it knows, where a proxy is, and movescu listens behind it. One movescu at a time.
        var destinations = MoveDestinations.Take(1).Select(known => (known.AETitle, Listens: FreePort(), known.Port)).ToArray();
        foreach (var (_, listens, known) in destinations)
            proxies.Add(new ProxyProcess(distance, listens, known));
        return new ArchiveServer(AETitle, proxies[0].Port, proxies)
        {
            MoveDestinations = [.. destinations.Select(destination => (destination.AETitle, destination.Listens))],
        };
    }

    public void Dispose() => _process.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static ArchiveServer Start(string aeTitle, int port, string program, string[] arguments, bool noDelay)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (noDelay)
            start.Environment["TCP_NODELAY"] = "1";
        var process = Process.Start(start)!;
        var running = new Running(process);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                ProgramRun.Of("echoscu", ["-aec", aeTitle, "127.0.0.1", $"{port}"]);
                return new ArchiveServer(aeTitle, port, running) { MoveDestinations = Destinations };
            }
            catch (InvalidOperationException) when (clock.Elapsed < StartLimit)
            {
            }
            catch
            {
                running.Dispose();
                throw;
            }
        }
    }

    private sealed class Proxies : List<ProxyProcess>, IDisposable
    {
        public void Dispose() => ForEach(proxy => proxy.Dispose());
    }

    /// <summary>Ends a server with what it has started.</summary>
    private sealed class Running(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
