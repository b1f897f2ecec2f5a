namespace PacsNm.Dicom.Data;

/// <summary>Limits on the memory and stack that a dataset may use.</summary>
internal static class DatasetLimits
{
    /// <summary>The most levels of sequences within sequences.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The most bytes of an inflated dataset in memory.</summary>
    public const int MaximumInflatedLength = 64 * 1024 * 1024;

    /// <summary>The inflated length in bytes that every deflated file may have: that of the longest element.</summary>
    private const long MaximumInflatedFileLength = 1L << 32;

    /// <summary>The most times by which inflating may lengthen a dataset. Every dataset may reach this many kilobytes.</summary>
    private const int InflationRatio = 100;

    /// <summary>The most bytes that a deflated dataset in memory may have after inflating.</summary>
    /// <param name="length">The deflated length in bytes.</param>
    public static int InflatedLengthOf(int length) =>
        (int)Math.Min(MaximumInflatedLength, InflationRatio * Math.Max(1024L, length));

    /// <summary>
    /// The most bytes that the deflated dataset of a file may have after inflating. Nothing is kept in memory, so this limits only the
    /// time, to some seconds. Data that consists mostly of zeros, such as segmentations, may become a thousand times longer.
    /// </summary>
    /// <param name="length">The deflated length in bytes.</param>
    public static long InflatedFileLengthOf(long length) => Math.Max(MaximumInflatedFileLength, InflationRatio * length);
}
