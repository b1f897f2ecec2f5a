using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>
/// Studies retrieved with full proof (plan, verification, hash, manifest) by each retriever, beside getscu and movescu
/// without any, and beside a copy of the same bytes on the same disk.
/// </summary>
internal sealed class GetBenchmark : IDisposable
{
    /// <summary>What takes longer than this is measured once, in seconds.</summary>
    private const double TooLong = 30;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pacsnm-bench-");
    private readonly Engine _engine = new();
    private readonly int _movePort = ArchiveServer.FreePort();
    private readonly string _data;

    public GetBenchmark()
    {
        _data = _folder.CreateSubdirectory("data").FullName;
        foreach (var workload in Workload.All)
            workload.Write(_data);
    }

    /// <summary>Measures each workload on each server that is named.</summary>
    public void Run(int runs, string[] servers)
    {
        Console.WriteLine("| studies | server | retriever | seconds | MB/s | ratio to getscu tuned | ratio to a copy |");
        Console.WriteLine("|---|---|---|---:|---:|---:|---:|");
        foreach (var server in servers)
        {
            using var running = Start(server);
            foreach (var workload in Workload.All)
                Measure(workload, server, (running as ArchiveServer)?.Address ?? $"REPLAY@127.0.0.1:{((ReplayArchive)running).Port}", runs);
        }
    }

    /// <summary>The same as a line a server: the peak memory of a process that saves the largest object, beside one that saves nothing.</summary>
    public void RunMemory()
    {
        using var server = new ReplayArchive();
        Console.WriteLine("| retriever | peak with the largest object, MiB | peak at rest, MiB |");
        Console.WriteLine("|---|---:|---:|");
        var rest = Peak(null);
        foreach (var retriever in new[] { "BuiltIn", "GetScu" })
        {
            var save = $"{Studies(Workload.All[2])} | Save-PacsStudy -Server REPLAY@127.0.0.1:{server.Port} -Retriever {retriever} -MaxStudies 1 -Destination '{Fresh()}'";
            Console.WriteLine($"| {retriever} | {Peak(save) >> 20} | {rest >> 20} |");
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Delete(recursive: true);
    }

    private IDisposable Start(string server) => server switch
    {
        "replay" => new ReplayArchive(),
        "dcmqrscp" => ArchiveServer.Dcmqrscp(_data, _movePort, noDelay: false),
        "dcmqrscp-nodelay" => ArchiveServer.Dcmqrscp(_data, _movePort, noDelay: true),
        "orthanc" => ArchiveServer.Orthanc(Path.Combine(_folder.FullName, "orthanc"), _data, _movePort, noDelay: false),
        "orthanc-nodelay" => ArchiveServer.Orthanc(Path.Combine(_folder.FullName, "orthanc"), _data, _movePort, noDelay: true),
        _ => throw new ArgumentException($"There is no server '{server}'."),
    };

    private void Measure(Workload workload, string server, string address, int runs)
    {
        var (aeTitle, port) = (address.Split('@')[0], address.Split(':')[^1]);
        var isReal = server != "replay";
        var contenders = new List<(string Name, Action<string> Run)>
        {
            ("a copy of the files", folder => Copy(workload, folder)),
            ("loopback TCP alone", _ => Loopback(workload.Bytes)),
            ("BuiltIn", folder => Save(workload, address, folder, "BuiltIn", 1)),
        };
        if (workload.Studies > 1)
        {
            contenders.Add(("BuiltIn, 2 associations", folder => Save(workload, address, folder, "BuiltIn", 2)));
            contenders.Add(("BuiltIn, 4 associations", folder => Save(workload, address, folder, "BuiltIn", 4)));
        }

        contenders.Add(("getscu through Save-PacsStudy", folder => Save(workload, address, folder, "GetScu", 1)));
        contenders.Add(("getscu tuned, no proof", folder => Dcmtk("getscu", workload, aeTitle, port, folder, true, "+B", "-pdu", "131072")));
        contenders.Add(("getscu alone, no proof", folder => Dcmtk("getscu", workload, aeTitle, port, folder, false)));
        if (isReal)
            contenders.Add(("movescu alone, no proof", folder => Dcmtk("movescu", workload, aeTitle, port, folder, false, "-aem", "BENCH", "+P", $"{_movePort}")));
        var seconds = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            foreach (var (name, action) in contenders)
            {
                var known = seconds[name];
                if (known.Count > 0 && known[0] > TooLong)
                    continue;
                var folder = Fresh();
                var took = Time(() => action(folder));
                Directory.Delete(folder, recursive: true);

                // The first run warms up, and is all there is of what takes too long.
                if (run == 1)
                    known.Clear();
                known.Add(took);
            }
        }

        foreach (var (name, _) in contenders)
        {
            var median = Median(seconds[name]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {workload.Name} | {server} | {name} | {median:0.000} | {workload.Bytes / 1e6 / median:0} | {median / Median(seconds["getscu tuned, no proof"]):0.00} | {median / Median(seconds["a copy of the files"]):0.0} |"));
        }
    }

    private string Fresh() => _folder.CreateSubdirectory(Path.GetRandomFileName()).FullName;

    private static string Studies(Workload workload) =>
        $"{string.Join(", ", workload.StudyUids.Select(uid => $"'{uid}'"))} | ForEach-Object {{ [pscustomobject]@{{ StudyInstanceUid = $_ }} }}";

    private void Save(Workload workload, string address, string folder, string retriever, int associations)
    {
        var isReplay = address.StartsWith("REPLAY", StringComparison.Ordinal);
        var pattern = workload.StudyUids.First()[..^1];
        var find = isReplay
            ? Studies(workload)
            : $"Find-PacsStudy -Server {address} -CallingAETitle BENCH -StudyDate 20210901 -NoModalityLookup | Where-Object {{ $_.StudyInstanceUid.StartsWith('{pattern}') }}";
        _engine.Invoke(
            $"{find} | Save-PacsStudy {(isReplay ? $"-Server {address}" : "")} -Destination '{folder}' -Retriever {retriever} -RetryCount 0 -ThrottleLimit {associations} -WarningAction Ignore",
            workload.Studies);
        Check(workload, Directory.EnumerateFiles(folder, "*.dcm", SearchOption.AllDirectories).Count());
    }

    private static void Dcmtk(string tool, Workload workload, string aeTitle, string port, string folder, bool noDelay, params string[] more)
    {
        foreach (var study in workload.StudyUids)
        {
            var start = new ProcessStartInfo(
                tool,
                ["-S", "-aet", "BENCH", "-aec", aeTitle, "-od", folder, "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study}", .. more, "127.0.0.1", port]);
            if (noDelay)
                start.Environment["TCP_NODELAY"] = "1";
            using var process = Process.Start(start)!;
            process.WaitForExit();
        }

        Check(workload, Directory.EnumerateFiles(folder).Count());
    }

    private static void Check(Workload workload, int files)
    {
        if (files != workload.Files)
            throw new InvalidOperationException($"{files} files where {workload.Files} were due.");
    }

    private void Copy(Workload workload, string folder)
    {
        var buffer = new byte[1 << 20];
        foreach (var study in workload.StudyUids)
        {
            for (var number = 1; number <= workload.Objects; number++)
            {
                var uid = Workload.SopInstanceUid(study, number);
                using var from = new FileStream(Path.Combine(_data, uid), FileMode.Open, FileAccess.Read, FileShare.Read, 1);
                using var to = new FileStream(Path.Combine(folder, uid), FileMode.Create, FileAccess.Write, FileShare.None, 1);
                while (from.Read(buffer, 0, buffer.Length) is > 0 and var count)
                    to.Write(buffer, 0, count);
            }
        }
    }

    private static void Loopback(long bytes)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var send = Task.Run(() =>
        {
            using var client = new TcpClient();
            client.Connect((IPEndPoint)listener.LocalEndpoint);
            var buffer = new byte[1 << 20];
            for (var left = bytes; left > 0; left -= buffer.Length)
                client.GetStream().Write(buffer, 0, (int)Math.Min(left, buffer.Length));
        });
        using var accepted = listener.AcceptTcpClient();
        var received = new byte[1 << 17];
        while (accepted.GetStream().Read(received, 0, received.Length) > 0)
        {
        }

        send.Wait();
    }

    /// <summary>The peak working set of a process of its own that imports the module and runs a script, in bytes.</summary>
    private static long Peak(string? script)
    {
        var host = Path.Combine(Engine.RepositoryRoot, "tests", "PacsNm.Host", "bin", "Release", "net10.0", "PacsNm.Host.dll");
        var start = new ProcessStartInfo("dotnet", [host, "-Command", script ?? "$null = Get-Command Save-PacsStudy"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(5))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It has ended in between.
            }
        }

        return process.ExitCode == 0 ? peak : throw new InvalidOperationException($"The host ended with {process.ExitCode}: {output.Result}");
    }
}
