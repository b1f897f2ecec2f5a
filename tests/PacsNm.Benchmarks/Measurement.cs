using System.Diagnostics;

namespace PacsNm.Benchmarks;

/// <summary>Times, and what is made of several.</summary>
internal static class Measurement
{
    /// <summary>How long an action takes, in seconds.</summary>
    public static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>The one in the middle.</summary>
    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
