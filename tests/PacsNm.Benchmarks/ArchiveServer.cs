using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PacsNm.Benchmarks;

/// <summary>dcmqrscp or Orthanc with the workloads in it, with Nagle's algorithm as shipped or off.</summary>
internal sealed class ArchiveServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ArchiveServer(string aeTitle, int port, Process process)
    {
        Address = $"{aeTitle}@127.0.0.1:{port}";
        Port = port;
        AETitle = aeTitle;
        _process = process;
    }

    public string Address { get; }

    public string AETitle { get; }

    public int Port { get; }

    /// <summary>dcmqrscp over the files where they lie.</summary>
    public static ArchiveServer Dcmqrscp(string data, int movePort, bool noDelay)
    {
        var config = Path.Combine(data, "..", "dcmqrscp.cfg");
        if (!File.Exists(Path.Combine(data, "index.dat")))
        {
            foreach (var chunk in Directory.GetFiles(data).Chunk(500))
                Run("dcmqridx", [data, .. chunk]);
        }

        File.WriteAllText(config, $"""
            MaxPDUSize = 131072
            MaxAssociations = 32
            HostTable BEGIN
            bench = (BENCH, 127.0.0.1, {movePort})
            HostTable END
            VendorTable BEGIN
            VendorTable END
            AETable BEGIN
            DCMQRSCP {data} RW (400, 9000mb) ANY
            AETable END
            """);
        var port = FreePort();
        return Start("DCMQRSCP", port, "dcmqrscp", ["-c", config, $"{port}"], noDelay);
    }

    /// <summary>Orthanc over a storage folder, which is filled when it is new.</summary>
    public static ArchiveServer Orthanc(string storage, string data, int movePort, bool noDelay)
    {
        var isNew = !Directory.Exists(storage);
        var port = FreePort();
        var config = Path.Combine(data, "..", "orthanc.json");
        File.WriteAllText(config, $$"""
            { "DicomAet": "ORTHANC", "DicomPort": {{port}}, "HttpServerEnabled": false, "Plugins": [], "StorageDirectory": "{{storage}}",
              "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true, "DicomAlwaysAllowGet": true, "DicomAlwaysAllowMove": true,
              "DicomModalities": { "bench": ["BENCH", "127.0.0.1", {{movePort}}] } }
            """);
        var server = Start("ORTHANC", port, "Orthanc", [config], noDelay || isNew);
        if (!isNew)
            return server;
        Run("storescu", ["-aec", "ORTHANC", "+sd", "127.0.0.1", $"{port}", data]);
        server.Dispose();
        return Orthanc(storage, data, movePort, noDelay);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["TCP_NODELAY"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error.Result}");
    }

    private static ArchiveServer Start(string aeTitle, int port, string program, string[] arguments, bool noDelay)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (noDelay)
            start.Environment["TCP_NODELAY"] = "1";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Run("echoscu", ["-aec", aeTitle, "127.0.0.1", $"{port}"]);
                return new ArchiveServer(aeTitle, port, process);
            }
            catch (InvalidOperationException) when (clock.Elapsed < StartLimit)
            {
            }
        }
    }
}
