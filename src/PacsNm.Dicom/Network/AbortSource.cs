namespace PacsNm.Dicom.Network;

/// <summary>Who ended an association with A-ABORT (PS3.8 9.3.8).</summary>
public enum AbortSource : byte
{
    /// <summary>The application (UL service-user).</summary>
    ServiceUser = 0,

    /// <summary>The upper layer itself (UL service-provider).</summary>
    ServiceProvider = 2,
}
