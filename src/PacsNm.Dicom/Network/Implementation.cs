namespace PacsNm.Dicom.Network;

/// <summary>The identity of this implementation in associations and files (PS3.7 D.3.3.2).</summary>
public static class Implementation
{
    /// <summary>The implementation class UID. It is derived from a UUID (PS3.5 B.2) and never changes.</summary>
    public const string ClassUid = "2.25.185216271430613262110839262174016286119";

    /// <summary>The implementation version name, at most 16 characters.</summary>
    public const string VersionName = "PACSNM_0";
}
