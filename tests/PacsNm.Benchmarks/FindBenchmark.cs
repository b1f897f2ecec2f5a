using System.Globalization;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>C-FIND: the pipeline's typed objects beside findscu.</summary>
internal static class FindBenchmark
{
    private static readonly int[] Counts = [1_000, 10_000, 100_000];

    /// <summary>The keys that findscu asks for.</summary>
    private static readonly string[] StudyKeys =
        ["QueryRetrieveLevel=STUDY", "StudyDate=20210901", "PatientName", "PatientID", "StudyInstanceUID", "ModalitiesInStudy"];

    /// <summary>Studies from the replaying server.</summary>
    public static void Run(int runs)
    {
        using var folder = new TemporaryFolder();
        using var engine = new Engine();
        WriteHead(
            0, "responses", "Find-PacsStudy, s", "… \\| Where-Object, s", "findscu, s", "findscu as XML, s", "findscu / ours", "XML / ours",
            "our peak, MiB more than at rest", "findscu's peak, MiB");
        foreach (var count in Counts)
        {
            using var server = new ReplayProcess($"{count}");
            var find = $"Find-PacsStudy -Server BENCH@127.0.0.1:{server.Port} -StudyDate 20210901 -SplitByDate Never";
            var filtered = $"{find} | Where-Object {{ $_.ModalitiesInStudy -contains 'NM' }}";
            var xml = Path.Combine(folder.Path, "out.xml");
            var median = Interleave(
                runs,
                () => Time(() => engine.Invoke(find, count)),
                () => Time(() => engine.Invoke(filtered, count / 10)),
                () => FindScu(server.Port, "BENCH", StudyKeys).Seconds,
                () => FindScu(server.Port, "BENCH", StudyKeys, "-Xs", xml).Seconds);
            WriteRow(
                count.ToString("N0", CultureInfo.InvariantCulture),
                Text(median[0]), Text(median[1]), Text(median[2]), Text(median[3]),
                Ratio(median[2] / median[0]), Ratio(median[3] / median[0]),
                MiB(ProgramRun.OfHost($"{filtered} | ForEach-Object {{ }}").PeakBytes
                    - ProgramRun.OfHost("$null = Get-Command Find-PacsStudy").PeakBytes),
                MiB(ProgramRun.Of("findscu", FindScuArguments(server.Port, "BENCH", StudyKeys), isWatched: true).PeakBytes));
        }
    }

    /// <summary>The 2,000 instances of a study, from a server of others.</summary>
    public static void Run(int runs, ArchiveServer server, string name, Engine engine)
    {
        var workload = Workload.All[0];
        var study = workload.StudyUids.Single();
        var series = Workload.SeriesUid(study);
        string[] keys =
            ["QueryRetrieveLevel=IMAGE", $"StudyInstanceUID={study}", $"SeriesInstanceUID={series}", "SOPClassUID", "SOPInstanceUID"];
        var median = Interleave(
            runs,
            () => Time(
                () => engine.Invoke(
                    $"Find-PacsInstance -Server {server.Address} -StudyInstanceUid {study} -SeriesInstanceUid {series}", workload.Objects)),
            () => FindScu(server.Port, server.AETitle, keys).Seconds);
        WriteRow(name, Text(median[0]), Text(median[1]), Ratio(median[1] / median[0]));
    }

    /// <summary>10,000 studies over each distance.</summary>
    public static void Run(int runs, IEnumerable<Distance> distances)
    {
        const int Count = 10_000;
        using var engine = new Engine();
        using var server = new ReplayProcess($"{Count}");
        WriteHead(1, "10,000 responses over", "Find-PacsStudy, s", "findscu, s", "findscu tuned, s", "tuned / ours");
        foreach (var distance in distances)
        {
            using var proxy = new ProxyProcess(distance, server.Port);
            var find = $"Find-PacsStudy -Server BENCH@127.0.0.1:{proxy.Port} -StudyDate 20210901 -SplitByDate Never";
            var arguments = FindScuArguments(proxy.Port, "BENCH", StudyKeys);
            var median = Interleave(
                runs,
                () => Time(() => engine.Invoke(find, Count)),
                () => ProgramRun.Of("findscu", arguments).Seconds,
                () => ProgramRun.Of("findscu", arguments, noDelay: true).Seconds);
            WriteRow([$"{distance}", .. median.Select(Text), Ratio(median[2] / median[0])]);
        }
    }

    private static ProgramRun FindScu(int port, string aeTitle, string[] keys, params string[] more) =>
        ProgramRun.Of("findscu", FindScuArguments(port, aeTitle, keys, more));

    private static string[] FindScuArguments(int port, string aeTitle, string[] keys, params string[] more) =>
        ["-q", "-S", "-aec", aeTitle, .. keys.SelectMany(key => new[] { "-k", key }), .. more, "127.0.0.1", $"{port}"];
}
