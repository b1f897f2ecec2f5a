namespace PacsNm;

/// <summary>How soon a PACS can send an object: Instance Availability (0008,0056), PS3.4 C.4.1.1.3.</summary>
public enum InstanceAvailability
{
    /// <summary>The PACS did not return the attribute.</summary>
    Unknown,

    /// <summary>Immediately available.</summary>
    ONLINE,

    /// <summary>Available after the PACS has fetched it from its archive, which takes longer.</summary>
    NEARLINE,

    /// <summary>Available only after a person has loaded it.</summary>
    OFFLINE,

    /// <summary>Not available.</summary>
    UNAVAILABLE,
}
