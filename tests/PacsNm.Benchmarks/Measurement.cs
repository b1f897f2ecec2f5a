using System.Diagnostics;
using System.Globalization;

namespace PacsNm.Benchmarks;

/// <summary>Times, and what is made of several.</summary>
internal static class Measurement
{
    /// <summary>What takes longer than this is measured once, in seconds.</summary>
    private const double TooLong = 5;

    /// <summary>How long an action takes, in seconds.</summary>
    public static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>The one in the middle.</summary>
    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>
    /// Runs each contender in turn, again and again, so that whatever disturbs the machine disturbs all of them. The first
    /// round warms up, and is all there is of what takes too long.
    /// </summary>
    /// <param name="runs">Rounds that count.</param>
    /// <param name="contenders">Each runs once, and says how long it took, in seconds.</param>
    /// <returns>The median of each, in seconds.</returns>
    public static double[] Interleave(int runs, params IReadOnlyList<Func<double>> contenders)
    {
        var seconds = contenders.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run <= runs; run++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                // Each round begins with another, so that none always follows the same one.
                var contender = (run + turn) % contenders.Count;
                var known = seconds[contender];
                if (known.Count > 0 && known[0] > TooLong)
                    continue;
                if (run == 1)
                    known.Clear();
                known.Add(contenders[contender]());

                // Where an hour may pass before the table, somebody may look whether anything happens.
                Console.Error.Write($"{Text(known[^1])} ");
            }
        }

        Console.Error.WriteLine();
        return [.. seconds.Select(Median)];
    }

    /// <summary>Seconds in a table: three digits that count.</summary>
    public static string Text(double seconds) =>
        seconds.ToString(seconds >= 10 ? "0.0" : seconds >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);

    /// <summary>A ratio in a table.</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio >= 10 ? "0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>Bytes in a table, as MiB.</summary>
    public static string MiB(long bytes) => (bytes / 1048576.0).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>A row of a table in Markdown.</summary>
    public static void WriteRow(params IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>The head of a table in Markdown; the first columns are words, the rest numbers.</summary>
    public static void WriteHead(int words, params IReadOnlyList<string> columns)
    {
        Console.WriteLine();
        WriteRow(columns);
        Console.WriteLine($"|{string.Concat(columns.Select((_, index) => index < words ? "---|" : "---:|"))}");
    }
}
