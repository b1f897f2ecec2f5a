namespace PacsNm.Dicom.Network;

/// <summary>How this implementation names itself to peers and in files (PS3.7 D.3.3.2).</summary>
public static class Implementation
{
    /// <summary>A UID made from a UUID (PS3.5 B.2), fixed for this product.</summary>
    public const string ClassUid = "2.25.185216271430613262110839262174016286119";

    /// <summary>At most 16 characters.</summary>
    public const string VersionName = "PACSNM_0";
}
