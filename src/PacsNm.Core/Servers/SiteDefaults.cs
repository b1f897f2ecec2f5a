namespace PacsNm.Servers;

/// <summary>The addresses of the site that PacsNm was made for. They apply if no parameter and no saved server gives others.</summary>
internal static class SiteDefaults
{
    /// <summary>The IP address of the PACS.</summary>
    public const string ComputerName = "172.19.32.28";

    /// <summary>The TCP port of the PACS.</summary>
    public const int Port = 11112;

    /// <summary>The AE title of the PACS.</summary>
    public const string CalledAETitle = "EE2006194AMIP";

    /// <summary>The AE title of this computer.</summary>
    public const string CallingAETitle = "ALBIZIA_WG";

    /// <summary>The TCP port of this computer on which movescu receives.</summary>
    public const int LocalPort = 11112;
}
