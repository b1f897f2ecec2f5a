namespace PacsNm.Benchmarks;

/// <summary>
/// What Save-PacsStudy is to reach at <see cref="Distance.OfTargets"/>, as a share of the time of a tuned getscu that
/// retrieves one study after the other.
/// </summary>
internal static class DistanceTargets
{
    private static readonly Dictionary<(Workload Workload, int Associations), double> Shares = new()
    {
        [(Workload.LargeStudy, 1)] = 1.1,
        [(Workload.LargeStudy, 4)] = 0.30,
        [(Workload.LargeStudy, 8)] = 0.18,
        [(Workload.SmallStudies, 1)] = 1.0,
        [(Workload.SmallStudies, 4)] = 0.35,
        [(Workload.SmallStudies, 8)] = 0.25,
    };

    /// <param name="workload">The workload.</param>
    /// <param name="associations">The number of associations.</param>
    /// <param name="loop">
    /// The share that a loop of as many tuned getscu processes at a time needs: many studies of one instance are to be as fast.
    /// </param>
    public static double Of(Workload workload, int associations, double loop) => Shares.GetValueOrDefault((workload, associations), loop);
}
