using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>The most memory that each means of retrieval has at a time, in a process of its own.</summary>
internal static class MemoryBenchmark
{
    public static void Run(Archives archives)
    {
        using var server = archives.Start("dcmqrscp-nodelay");
        var rest = ProgramRun.OfHost("$null = Get-Command Save-PacsStudy").PeakBytes;
        WriteHead(
            1, "peak, MiB (a session at rest has " + MiB(rest) + ")", "Save, BuiltIn", "Save, GetScu", "getscu, +B", "getscu", "movescu");
        foreach (var workload in Workload.All)
        {
            var retrieval = new Retrieval(archives, server, workload);
            var study = workload.StudyUids.First();
            WriteRow(
                workload.Name,
                Peak(folder => ProgramRun.OfHost(retrieval.Pipeline(folder, "BuiltIn"))),
                Peak(folder => ProgramRun.OfHost(retrieval.Pipeline(folder, "GetScu"))),
                Peak(folder => ProgramRun.Of("getscu", retrieval.GetScu(study, folder, isTuned: true), noDelay: true, isWatched: true)),
                Peak(folder => ProgramRun.Of("getscu", retrieval.GetScu(study, folder, isTuned: false), noDelay: true, isWatched: true)),
                Peak(
                    folder => ProgramRun.Of(
                        "movescu", retrieval.MoveScu(study, folder, server.MoveDestinations[0]), noDelay: true, isWatched: true)));
        }

        string Peak(Func<string, ProgramRun> run)
        {
            var folder = archives.NewFolder();
            var peak = run(folder).PeakBytes;
            Archives.Empty(folder);
            return MiB(peak);
        }
    }
}
