namespace PacsNm;

/// <summary>The result of a connection test. The time of a step that was not reached is null.</summary>
public sealed record PacsConnectionResult
{
    /// <summary>The PACS that was tested.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Whether the TCP connection, the association and the C-ECHO all succeeded.</summary>
    public bool Succeeded => EchoMilliseconds is not null;

    /// <summary>Milliseconds of the look-up of the host name; almost 0 for an IP address.</summary>
    public double? NameResolutionMilliseconds { get; init; }

    /// <summary>Milliseconds from the request for a TCP connection until it was open.</summary>
    public double? TcpMilliseconds { get; init; }

    /// <summary>Milliseconds of the TLS handshake; null without TLS.</summary>
    public double? TlsMilliseconds { get; init; }

    /// <summary>Milliseconds from the association request to its acceptance.</summary>
    public double? AssociationMilliseconds { get; init; }

    /// <summary>Milliseconds from the C-ECHO request to its response.</summary>
    public double? EchoMilliseconds { get; init; }

    /// <summary>The services that the PACS accepted, out of those that PacsNm uses.</summary>
    public ValueList<string> AcceptedServices { get; init; } = [];

    /// <summary>The longest PDU that the PACS accepts, in bytes; 0 for no limit (PS3.8 D.1).</summary>
    public long? MaximumPduLength { get; init; }

    /// <summary>The Implementation Class UID of the PACS (PS3.7 D.3.3.2).</summary>
    public string ImplementationClassUid { get; init; } = "";

    /// <summary>The Implementation Version Name of the PACS (PS3.7 D.3.3.2).</summary>
    public string ImplementationVersionName { get; init; } = "";

    /// <summary>The path of DCMTK's getscu; empty if it is not on the PATH.</summary>
    public string GetScuPath { get; init; } = "";

    /// <summary>The version of getscu; empty if unknown.</summary>
    public string GetScuVersion { get; init; } = "";

    /// <summary>The result of -Detailed; null without it.</summary>
    public PacsConnectionDetails? Details { get; init; }

    /// <summary>Why the test did not succeed; empty if it did.</summary>
    public string Reason { get; init; } = "";
}
