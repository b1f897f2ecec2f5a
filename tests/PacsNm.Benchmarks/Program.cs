using PacsNm.Benchmarks;

// Ours beside DCMTK's tools, in one run. Runs are interleaved; what is shown are medians.
const int Runs = 3;
string[] servers = ["replay", "dcmqrscp", "dcmqrscp-nodelay", "orthanc", "orthanc-nodelay"];
switch (args)
{
    case []:
        FindBenchmark.Run(Runs);
        Get(Runs, servers);
        return 0;
    case ["find"]:
        FindBenchmark.Run(Runs);
        return 0;
    case ["get"]:
        Get(Runs, servers);
        return 0;
    case ["get", .. var named] when named.All(servers.Contains):
        Get(Runs, named);
        return 0;
    default:
        Console.Error.WriteLine($"Usage: PacsNm.Benchmarks [find | get [{string.Join(" | ", servers)}] ...]");
        return 64;
}

static void Get(int runs, string[] servers)
{
    using var benchmark = new GetBenchmark();
    benchmark.Run(runs, servers);
    benchmark.RunMemory();
}
