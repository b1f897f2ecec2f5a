namespace PacsNm.Dicom.Data;

/// <summary>What a dataset may take of memory and stack before it is refused.</summary>
internal static class DatasetLimits
{
    /// <summary>Sequences within sequences.</summary>
    public const int MaximumDepth = 64;

    /// <summary>Bytes of a deflated dataset when it is inflated.</summary>
    public const int MaximumInflatedLength = 64 * 1024 * 1024;
}
