using System.Globalization;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>
/// Studies retrieved with full proof by each retriever, beside getscu and movescu without any, and beside what the disk
/// and the loopback device do with as many bytes.
/// </summary>
internal sealed class GetBenchmark(Archives archives)
{
    private const string Copy = "copying the files";
    private const string Loopback = "loopback TCP";
    private const string BuiltIn = "Save, BuiltIn";
    private const string GetScu = "Save, GetScu";
    private const string Tuned = "getscu tuned";
    private const string Alone = "getscu alone";
    private const string Move = "movescu alone";

    private static readonly string[] Columns = [Copy, Loopback, BuiltIn, GetScu, Tuned, Alone, Move];

    private static readonly int[] Associations = [1, 2, 4];

    /// <summary>Measures each workload on each server that is named.</summary>
    public void Run(int runs, string[] servers)
    {
        var rows = new List<(string Server, Workload Workload, ILookup<string, double> Seconds)>();
        using var engine = new Engine();
        WriteHead(1, "2,000 instances from", "Find-PacsInstance, s", "findscu, s", "findscu / ours");
        try
        {
            foreach (var name in servers)
            {
                using var server = archives.Start(name);
                FindBenchmark.Run(runs, server, name, engine);
                rows.AddRange(Workload.All.Select(workload => (name, workload, Measure(runs, engine, server, workload))));
            }
        }
        finally
        {
            // What took an hour is not lost to what fails after it.
            Write(rows);
        }
    }

    private static void Write(IReadOnlyCollection<(string Server, Workload Workload, ILookup<string, double> Seconds)> rows)
    {
        WriteHead(2, ["studies", "server", .. Columns]);
        foreach (var (server, workload, seconds) in rows)
            WriteRow([workload.Name, server, .. Columns.Select(column => string.Join(" / ", seconds[column].Select(Text)))]);

        WriteHead(
            2, "studies", "server", "BuiltIn / tuned", "BuiltIn / copy", "alone / BuiltIn", "alone / Save, GetScu",
            "price of proof by GetScu, ms a study", "by BuiltIn, ms a study");
        foreach (var (server, workload, seconds) in rows)
        {
            WriteRow(
                workload.Name, server, Quotient(BuiltIn, Tuned), Quotient(BuiltIn, Copy), Quotient(Alone, BuiltIn), Quotient(Alone, GetScu),
                Price(GetScu), Price(BuiltIn));

            // With one association.
            string Quotient(string one, string other) => Ratio(seconds[one].First() / seconds[other].First());
            string Price(string save) => ((seconds[save].First() - seconds[Tuned].First()) / workload.Studies * 1000)
                .ToString("0.0", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>
    /// The medians of one workload on one server, in seconds, by column; of several, one each for 1, 2 and 4 associations.
    /// </summary>
    private ILookup<string, double> Measure(int runs, Engine engine, ArchiveServer server, Workload workload)
    {
        var retrieval = new Retrieval(archives, server, workload);
        var associations = Associations[..(workload.Studies > 1 ? Associations.Length : 1)];
        var contenders = new List<(string Column, Func<double> Run)>
        {
            (Copy, () => archives.TimeInto(retrieval.Copy)),
            (Loopback, () => archives.TimeInto(_ => retrieval.SendOverLoopback())),
            (Alone, () => archives.TimeInto(folder => retrieval.LoopGetScu(folder, isTuned: false))),
        };
        AddEach(BuiltIn, (folder, count) => retrieval.Save(engine, folder, "BuiltIn", count));
        AddEach(GetScu, (folder, count) => retrieval.Save(engine, folder, "GetScu", count));
        AddEach(Tuned, (folder, count) => retrieval.LoopGetScu(folder, isTuned: true, count));
        if (server.MoveDestinations.Count > 0)
            AddEach(Move, retrieval.LoopMoveScu);
        var medians = Interleave(runs, [.. contenders.Select(contender => contender.Run)]);
        return contenders.Zip(medians).ToLookup(pair => pair.First.Column, pair => pair.Second);

        void AddEach(string column, Action<string, int> fetch) =>
            contenders.AddRange(associations.Select(
                count => (column, (Func<double>)(() => archives.TimeInto(folder => fetch(folder, count))))));
    }
}
