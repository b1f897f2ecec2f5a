using PacsNm.Benchmarks;

// Ours beside DCMTK's tools, in one run. Runs are interleaved; what is shown are medians.
const int Runs = 3;
const string ServerOfTargets = "orthanc-nodelay";
string[] servers = ["replay", "dcmqrscp", "dcmqrscp-nodelay", "orthanc", "orthanc-nodelay"];
switch (args)
{
    case []:
        FindBenchmark.Run(Runs);
        Get(servers);
        StartBenchmark.Run(Runs);
        FileBenchmark.Run(Runs);
        GetOverDistances([ServerOfTargets]);
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
    case ["distance"]:
        GetOverDistances([ServerOfTargets]);
        return 0;
    case ["distance", .. var named] when named.All(servers.Contains):
        GetOverDistances(named);
        return 0;
    case ["daily"]:
        GetDaily();
        return 0;
    case ["proxy"]:
        ProxyBenchmark.Run(Distance.All);
        return 0;
    case ["relay", .. var rest]:
        ProxyProcess.Serve(rest);
        return 0;
    case ["congestion", .. var rest]:
        CongestionBenchmark.Run(rest.FirstOrDefault());
        return 0;
    case ["serve", .. var rest]:
        ReplayProcess.Serve(rest.FirstOrDefault());
        return 0;
    case ["import"]:
        StartBenchmark.Import();
        return 0;
    default:
        var names = $"[{string.Join(" | ", servers)}] ...";
        Console.Error.WriteLine(
            $"Usage: PacsNm.Benchmarks [find | get {names} | start | files | distance {names} | daily | proxy | congestion [studies]]");
        return 64;
}

static void Get(string[] servers)
{
    using var archives = new Archives(Workload.All);
    new GetBenchmark(archives).Run(Runs, servers);
    MemoryBenchmark.Run(archives);
}

static void GetOverDistances(string[] servers)
{
    ProxyBenchmark.Run(Distance.All);
    FindBenchmark.Run(Runs, Distance.All);
    using var archives = new Archives(Workload.Distant);
    new DistanceBenchmark(archives).Run(Runs, servers);
}

static void GetDaily()
{
    ProxyBenchmark.Run([Distance.OfTargets]);
    using var archives = new Archives(Workload.Daily);
    new DistanceBenchmark(archives).RunDaily(ServerOfTargets);
}
