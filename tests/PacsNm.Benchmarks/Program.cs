using PacsNm.Benchmarks;

// Client-side C-FIND, ours beside findscu, on a server that is no limit. Runs are interleaved; what is shown are medians.
if (args is not ([] or ["find"]))
{
    Console.Error.WriteLine("Usage: PacsNm.Benchmarks [find]");
    return 64;
}

FindBenchmark.Run(runs: 5);
return 0;
