using System.Diagnostics;
using System.Globalization;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>C-FIND of 1,000, 10,000 and 100,000 studies: the pipeline's typed objects beside findscu.</summary>
internal static class FindBenchmark
{
    private static readonly int[] Counts = [1_000, 10_000, 100_000];

    public static void Run(int runs)
    {
        using var engine = new Engine();
        Console.WriteLine("| responses | Find-PacsStudy, s | … \\| Where-Object, s | findscu, s | findscu as XML, s | findscu / ours | XML / ours | our peak, MiB more | findscu's peak, MiB |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var count in Counts)
            Console.WriteLine(Measure(engine, count, runs));
    }

    private static string Measure(Engine engine, int count, int runs)
    {
        using var server = new ReplayServer(count);
        var find = $"Find-PacsStudy -Server BENCH@127.0.0.1:{server.Port} -StudyDate 20210901 -SplitByDate Never";
        var (ours, filtered, plain, xml) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (peak, findscuPeak) = (0L, 0L);
        var folder = Directory.CreateTempSubdirectory("pacsnm-bench-");
        for (var run = 0; run <= runs; run++)
        {
            GC.Collect();
            var before = Environment.WorkingSet;
            var direct = Time(() => engine.Invoke(find, count));
            var where = Time(() => engine.Invoke($"{find} | Where-Object {{ $_.ModalitiesInStudy -contains 'NM' }}", count / 10));
            peak = Math.Max(peak, Process.GetCurrentProcess().PeakWorkingSet64 - before);
            var (text, textPeak) = FindScu(server.Port);
            var (asXml, _) = FindScu(server.Port, "-Xs", Path.Combine(folder.FullName, "out.xml"));
            findscuPeak = Math.Max(findscuPeak, textPeak);

            // The first run warms up.
            if (run == 0)
                continue;
            ours.Add(direct);
            filtered.Add(where);
            plain.Add(text);
            xml.Add(asXml);
        }

        folder.Delete(recursive: true);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {count:N0} | {Median(ours):0.000} | {Median(filtered):0.000} | {Median(plain):0.000} | {Median(xml):0.000} | {Median(plain) / Median(ours):0.0} | {Median(xml) / Median(ours):0.0} | {peak >> 20} | {findscuPeak >> 20} |");
    }

    /// <summary>findscu that prints nothing, or writes XML: seconds, and bytes at its peak.</summary>
    private static (double Seconds, long Peak) FindScu(int port, params string[] more)
    {
        string[] keys = ["QueryRetrieveLevel=STUDY", "StudyDate=20210901", "PatientName", "PatientID", "StudyInstanceUID", "ModalitiesInStudy"];
        var start = new ProcessStartInfo("findscu", ["-q", "-S", .. keys.SelectMany(key => new[] { "-k", key }), .. more, "127.0.0.1", $"{port}"]);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
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

        return process.ExitCode == 0
            ? (clock.Elapsed.TotalSeconds, peak)
            : throw new InvalidOperationException($"findscu ended with {process.ExitCode}.");
    }
}
