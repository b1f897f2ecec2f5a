using PacsNm.Benchmarks;

// Ours beside DCMTK's tools, in one run. Runs are interleaved; what is shown are medians.
const int Runs = 3;
string[] servers = ["replay", "dcmqrscp", "dcmqrscp-nodelay", "orthanc", "orthanc-nodelay"];
switch (args)
{
    case []:
        FindBenchmark.Run(Runs);
        Get(servers);
        StartBenchmark.Run(Runs);
        FileBenchmark.Run(Runs);
        return 0;
    case ["find"]:
        FindBenchmark.Run(Runs);
        return 0;
    case ["get"]:
        Get(servers);
        return 0;
    case ["get", .. var named] when named.All(servers.Contains):
        Get(named);
        return 0;
    case ["start"]:
        StartBenchmark.Run(Runs);
        return 0;
    case ["files"]:
        FileBenchmark.Run(Runs);
        return 0;
    case ["congestion", .. var rest]: CongestionBenchmark.Run(rest.FirstOrDefault()); return 0;
    case ["serve", .. var rest]:
        ReplayProcess.Serve(rest.FirstOrDefault());
        return 0;
    case ["import"]:
        StartBenchmark.Import();
        return 0;
    default:
        Console.Error.WriteLine($"Usage: PacsNm.Benchmarks [find | get [{string.Join(" | ", servers)}] ... | start | files]");
        return 64;
}

static void Get(string[] servers)
{
    using var archives = new Archives();
    new GetBenchmark(archives).Run(Runs, servers);
    MemoryBenchmark.Run(archives);
}
