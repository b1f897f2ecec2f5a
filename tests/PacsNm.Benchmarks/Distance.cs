namespace PacsNm.Benchmarks;

/// <summary>How far away a server is.</summary>
/// <param name="RoundTrip">The time to the server and back, in milliseconds.</param>
/// <param name="Rate">The rate of the link in each direction, in Mbit/s.</param>
internal sealed record Distance(int RoundTrip, int Rate)
{
    /// <summary>The distance that the targets are set for.</summary>
    public static readonly Distance OfTargets = new(20, 1000);

    public static readonly Distance[] All = [new(0, 1000), new(5, 1000), OfTargets, new(50, 1000), new(20, 100)];

    public override string ToString() => $"{RoundTrip} ms, {(Rate < 1000 ? $"{Rate} Mbit/s" : $"{Rate / 1000} Gbit/s")}";
}
