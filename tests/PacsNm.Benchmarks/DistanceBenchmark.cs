using System.Globalization;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>
/// Studies retrieved over a distance, with full proof, by each retriever and several associations, beside getscu and movescu
/// over the same distance.
/// </summary>
internal sealed class DistanceBenchmark(Archives archives)
{
    private const string BuiltIn = "Save, BuiltIn";
    private const string GetScu = "Save, GetScu";
    private const string Tuned = "getscu tuned";
    private const string Alone = "getscu alone";
    private const string Move = "movescu alone";

    /// <summary>The most studies that movescu retrieves: each takes it a second longer than the transfer.</summary>
    private const int MaxMoves = 20;

    private static readonly int[] Associations = [1, 4, 8];

    private readonly List<Row> _rows = [];

    /// <summary>Measures over each distance, on each server that is named.</summary>
    public void Run(int runs, string[] servers)
    {
        using var engine = new Engine();
        try
        {
            foreach (var name in servers)
            {
                using var server = archives.Start(name);
                WarmUp(engine, server);
                foreach (var distance in Distance.All)
                {
                    using var distant = server.At(distance);

                    // A thousand studies, one after the other, take many minutes: only where there is a target.
                    var workloads = distance == Distance.OfTargets ? Workload.Distant : Workload.Daily;
                    foreach (var workload in workloads.Where(workload => workload.Studies <= server.MaxStudies))
                        Measure(runs, name, distance, workload, Contenders(engine, distant, workload, isDaily: false));
                }
            }
        }
        finally
        {
            WriteSeconds([BuiltIn, GetScu, Tuned, Alone, Move]);
            WriteShares();
        }
    }

    /// <summary>Measures what has a target, in less than three minutes.</summary>
    public void RunDaily(string name)
    {
        using var engine = new Engine();
        using var server = archives.Start(name);
        WarmUp(engine, server);
        using var distant = server.At(Distance.OfTargets);
        foreach (var workload in Workload.Daily)
            Measure(1, name, Distance.OfTargets, workload, Contenders(engine, distant, workload, isDaily: true));
        WriteSeconds([BuiltIn, GetScu, Tuned]);
        WriteShares();
    }

    /// <summary>What takes long is measured once. Loading and compiling the module is not part of it.</summary>
    private void WarmUp(Engine engine, ArchiveServer server)
    {
        var retrieval = new Retrieval(archives, server, Workload.SmallStudies);
        foreach (var retriever in new[] { "BuiltIn", "GetScu" })
            archives.TimeInto(folder => retrieval.Save(engine, folder, retriever, associations: 4));
    }

    private List<Contender> Contenders(Engine engine, ArchiveServer server, Workload workload, bool isDaily)
    {
        var retrieval = new Retrieval(archives, server, workload);
        var contenders = new List<Contender>();
        foreach (var count in Associations)
        {
            Add(BuiltIn, count, folder => retrieval.Save(engine, folder, "BuiltIn", count));
            Add(GetScu, count, folder => retrieval.Save(engine, folder, "GetScu", count));

            // One getscu retrieves one study, so that more of them do not help with one study.
            if (count == 1 || workload.Studies > 1)
                Add(Tuned, count, folder => retrieval.LoopGetScu(folder, isTuned: true, count));
        }

        if (!isDaily && workload != Workload.ThousandInstances)
            Add(Alone, 1, folder => retrieval.LoopGetScu(folder, isTuned: false));
        if (!isDaily && server.MoveDestinations.Count > 0 && workload.Studies <= MaxMoves)
            Add(Move, 1, folder => retrieval.LoopMoveScu(folder, 1));
        return contenders;

        void Add(string column, int count, Action<string> fetch) =>
            contenders.Add(new Contender(column, count, () => archives.TimeInto(fetch)));
    }

    private void Measure(int runs, string server, Distance distance, Workload workload, List<Contender> contenders)
    {
        Console.Error.WriteLine($"{workload.Name}, {server}, {distance}");
        var medians = Interleave(runs, [.. contenders.Select(contender => contender.Run)]);
        var seconds = contenders.Zip(medians).ToDictionary(pair => (pair.First.Column, pair.First.Associations), pair => pair.Second);
        _rows.Add(new Row(workload, distance, server, seconds));
    }

    private void WriteSeconds(string[] columns)
    {
        WriteHead(3, ["studies", "distance", "server", .. columns]);
        foreach (var row in _rows)
            WriteRow([row.Workload.Name, $"{row.Distance}", row.Server, .. columns.Select(row.Cell)]);
    }

    private void WriteShares()
    {
        WriteHead(3, "studies", "distance", "server", "associations", "BuiltIn / tuned", "GetScu / tuned", "loop / tuned", "target");
        foreach (var row in _rows)
        {
            foreach (var count in Associations)
                WriteRow([row.Workload.Name, $"{row.Distance}", row.Server, $"{count}", .. Shares(row, count)]);
        }
    }

    /// <summary>Shares of the time of one tuned getscu after the other. Only one distance has targets.</summary>
    private static string[] Shares(Row row, int associations)
    {
        var loop = row.Share(Tuned, associations);
        var target = row.Distance == Distance.OfTargets
            ? DistanceTargets.Of(row.Workload, associations, loop ?? double.NaN)
            : (double?)null;
        return [Against(row.Share(BuiltIn, associations)), Against(row.Share(GetScu, associations)), Share(loop), Share(target)];

        string Against(double? share) => Share(share) + (target is null ? "" : share <= target ? ", met" : ", missed");
    }

    private static string Share(double? share) => share?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    private sealed record Contender(string Column, int Associations, Func<double> Run);

    private sealed record Row(
        Workload Workload, Distance Distance, string Server, Dictionary<(string Column, int Associations), double> Seconds)
    {
        public string Cell(string column) => string.Join(
            " / ", Associations.Where(count => Seconds.ContainsKey((column, count))).Select(count => Text(Seconds[(column, count)])));

        public double? Share(string column, int associations) =>
            Seconds.TryGetValue((column, associations), out var seconds) ? seconds / Seconds[(Tuned, 1)] : null;
    }
}
