namespace PacsNm.Dicom.Data;

/// <summary>Limits on the memory and stack that a dataset may take.</summary>
internal static class DatasetLimits
{
    /// <summary>Sequences within sequences.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The most bytes of any inflated dataset in memory.</summary>
    public const int MaximumInflatedLength = 64 * 1024 * 1024;

    /// <summary>The bytes that any deflated file may have inflated: those of the longest element.</summary>
    private const long MaximumInflatedFileLength = 1L << 32;

    /// <summary>How many times longer it may become; a short one may always become this many kilobytes.</summary>
    private const int InflationRatio = 100;

    /// <summary>Bytes that a deflated dataset may have when it is inflated.</summary>
    /// <param name="length">Its own bytes.</param>
    public static int InflatedLengthOf(int length) =>
        (int)Math.Min(MaximumInflatedLength, InflationRatio * Math.Max(1024L, length));

    /// <summary>
    /// Bytes that the deflated dataset of a file may have when it is inflated. Nothing of it is kept, so that this limits
    /// time, to some seconds. Data that are mostly zeros, such as segmentations, may become a thousand times longer.
    /// </summary>
    /// <param name="length">Its own bytes.</param>
    public static long InflatedFileLengthOf(long length) => Math.Max(MaximumInflatedFileLength, InflationRatio * length);
}
