namespace PacsNm.Queries;

/// <summary>How fast a PACS serves. Times are in milliseconds.</summary>
/// <param name="Mean">The mean response time without the slowest tenth. It varies less than the median.</param>
/// <param name="Upper">The 95th percentile of the response times, which shows that few of them wait.</param>
/// <param name="TransferPerByte">The transfer time per byte.</param>
internal readonly record struct ServiceLevel(double Mean, double Upper, double TransferPerByte)
{
    /// <summary>The factor between two mean response times that counts as a difference.</summary>
    private const double MeanFactor = 1.15;

    /// <summary>The factor between two 95th percentiles, which vary more.</summary>
    private const double UpperFactor = 1.25;

    /// <summary>The factor that a few objects prove.</summary>
    private const double FarFactor = 1.5;

    /// <summary>The scheduler of this machine alone can cause a difference of this many milliseconds.</summary>
    private const double Noise = 1;

    /// <summary>The time for an object of a size.</summary>
    public double TimeFor(long bytes) => Math.Max(Mean + (bytes * TransferPerByte), double.Epsilon);

    /// <summary>Whether typical or slow responses take longer than in another measurement.</summary>
    public bool IsSlowerThan(ServiceLevel other) => IsLonger(Mean, other.Mean, MeanFactor) || IsLonger(Upper, other.Upper, UpperFactor);

    /// <summary>Whether typical responses take less time than in another measurement.</summary>
    public bool IsFasterThan(ServiceLevel other) => IsLonger(other.Mean, Mean, MeanFactor);

    /// <summary>Whether typical responses take much longer than slow ones in another measurement.</summary>
    public bool IsFarSlowerThan(ServiceLevel other) => IsLonger(Mean, other.Upper, FarFactor);

    /// <summary>The mean of two measurements.</summary>
    public ServiceLevel MeanWith(ServiceLevel other) =>
        new((Mean + other.Mean) / 2, (Upper + other.Upper) / 2, (TransferPerByte + other.TransferPerByte) / 2);

    private static bool IsLonger(double time, double other, double factor) => time > other * factor && time > other + Noise;
}
