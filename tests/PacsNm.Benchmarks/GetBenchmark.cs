using System.Globalization;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>
/// Studies retrieved with full proof by each retriever, beside getscu and movescu without any, and beside what the disk
/// and the loopback device do with as many bytes.
/// </summary>
internal sealed class GetBenchmark(Archives archives)
{
    private static readonly int[] Associations = [1, 2, 4];

    /// <summary>Measures each workload on each server that is named.</summary>
    public void Run(int runs, string[] servers)
    {
        var seconds = new List<(string Server, Workload Workload, Row Row)>();
        using var engine = new Engine();
        WriteHead(1, "2,000 instances from", "Find-PacsInstance, s", "findscu, s", "findscu / ours");
        foreach (var name in servers)
        {
            using var server = archives.Start(name);
            FindBenchmark.Run(runs, server, name, engine);
            seconds.AddRange(Workload.All.Select(workload => (name, workload, Measure(runs, engine, server, workload))));
        }

        WriteSeconds(seconds);
        WritePrice(seconds);
    }

    private static void WriteSeconds(IEnumerable<(string Server, Workload Workload, Row Row)> rows)
    {
        WriteHead(2, "studies", "server", "copying the files", "loopback TCP", "Save, BuiltIn", "Save, GetScu", "getscu tuned", "getscu alone", "movescu alone");
        foreach (var (server, workload, row) in rows)
        {
            WriteRow(
                workload.Name, server, Text(row.Copy), Text(row.Loopback),
                Several(row.BuiltIn), Several(row.GetScu), Several(row.Tuned), Text(row.Alone), Several(row.Move));
        }
    }

    private static void WritePrice(IEnumerable<(string Server, Workload Workload, Row Row)> rows)
    {
        WriteHead(2, "studies", "server", "BuiltIn / tuned", "BuiltIn / copy", "alone / BuiltIn", "alone / Save, GetScu", "price of proof by GetScu, ms a study", "by BuiltIn, ms a study");
        foreach (var (server, workload, row) in rows)
        {
            WriteRow(
                workload.Name, server, Ratio(row.BuiltIn[0] / row.Tuned[0]), Ratio(row.BuiltIn[0] / row.Copy),
                Ratio(row.Alone / row.BuiltIn[0]), Ratio(row.Alone / row.GetScu[0]), Price(row.GetScu[0]), Price(row.BuiltIn[0]));

            string Price(double seconds) => ((seconds - row.Tuned[0]) / workload.Studies * 1000).ToString("0.0", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>With 1, 2 and 4 associations.</summary>
    private static string Several(double[] seconds) => string.Join(" / ", seconds.Select(Text));

    private Row Measure(int runs, Engine engine, ArchiveServer server, Workload workload)
    {
        var retrieval = new Retrieval(archives, server, workload);
        var associations = Associations[..(workload.Studies > 1 ? Associations.Length : 1)];
        var contenders = new List<Func<double>>
        {
            () => Into(retrieval.Copy),
            () => Into(_ => retrieval.SendOverLoopback()),
            () => Into(folder => retrieval.LoopGetScu(folder, isTuned: false)),
        };
        AddEach((folder, count) => retrieval.Save(engine, folder, "BuiltIn", count));
        AddEach((folder, count) => retrieval.Save(engine, folder, "GetScu", count));
        AddEach((folder, count) => retrieval.LoopGetScu(folder, isTuned: true, count));
        if (server.MoveDestinations.Count > 0)
            AddEach(retrieval.LoopMoveScu);
        var median = Interleave(runs, contenders);
        var several = median[3..].Chunk(associations.Length).ToArray();
        return new Row(median[0], median[1], median[2], several[0], several[1], several[2], several.ElementAtOrDefault(3) ?? []);

        void AddEach(Action<string, int> fetch) =>
            contenders.AddRange(associations.Select(count => (Func<double>)(() => Into(folder => fetch(folder, count)))));
    }

    /// <summary>How long something takes that fills a folder, whose bytes are then let go.</summary>
    private double Into(Action<string> fill)
    {
        var folder = archives.NewFolder();
        var seconds = Time(() => fill(folder));
        Archives.Empty(folder);
        return seconds;
    }

    /// <summary>The medians of one workload on one server, in seconds; of several, one each for 1, 2 and 4 associations.</summary>
    private sealed record Row(double Copy, double Loopback, double Alone, double[] BuiltIn, double[] GetScu, double[] Tuned, double[] Move);
}
