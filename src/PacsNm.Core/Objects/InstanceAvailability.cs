namespace PacsNm;

/// <summary>Where a PACS keeps what was found: Instance Availability (0008,0056), PS3.4 C.4.1.1.3.</summary>
public enum InstanceAvailability
{
    /// <summary>The PACS did not say.</summary>
    Unknown,

    /// <summary>Immediately available.</summary>
    ONLINE,

    /// <summary>To be fetched from an archive first, which takes longer.</summary>
    NEARLINE,

    /// <summary>To be fetched by a person.</summary>
    OFFLINE,

    /// <summary>Not to be had.</summary>
    UNAVAILABLE,
}
