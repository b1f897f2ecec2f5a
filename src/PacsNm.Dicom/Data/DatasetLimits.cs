namespace PacsNm.Dicom.Data;

/// <summary>What a dataset may take of memory and stack before it is refused.</summary>
internal static class DatasetLimits
{
    /// <summary>Sequences within sequences.</summary>
    public const int MaximumDepth = 64;

    /// <summary>Bytes of a deflated dataset when it is inflated, however long it was.</summary>
    public const int MaximumInflatedLength = 64 * 1024 * 1024;

    /// <summary>Bytes that any deflated file may become: those of the longest element.</summary>
    private const long MaximumInflatedFileLength = 1L << 32;

    /// <summary>How many times longer it may become; a short one may become this many kilobytes in any case.</summary>
    private const int InflationRatio = 100;

    /// <summary>Bytes that a deflated dataset may have when it is inflated.</summary>
    /// <param name="length">Its own bytes.</param>
    public static int InflatedLengthOf(int length) =>
        (int)Math.Min(MaximumInflatedLength, InflationRatio * Math.Max(1024L, length));

    /// <summary>
    /// Bytes that the deflated dataset of a file may have when it is inflated. Nothing of it is kept, so that the bound is one of
    /// time: some seconds. What is mostly zeros, as segmentations are, may become a thousand times longer.
    /// </summary>
    /// <param name="length">Its own bytes.</param>
    public static long InflatedFileLengthOf(long length) => Math.Max(MaximumInflatedFileLength, InflationRatio * length);
}
