namespace PacsNm;

/// <summary>What became of a connection test, step by step. A step that was not reached has no time.</summary>
public sealed record PacsConnectionResult
{
    /// <summary>The PACS that was tested.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Whether the TCP connection, the association and the C-ECHO all succeeded.</summary>
    public bool Succeeded => EchoMilliseconds is not null;

    /// <summary>Milliseconds until the TCP connection stood.</summary>
    public double? TcpMilliseconds { get; init; }

    /// <summary>Milliseconds that the TLS handshake took; null without TLS.</summary>
    public double? TlsMilliseconds { get; init; }

    /// <summary>Milliseconds from the association's request to its acceptance.</summary>
    public double? AssociationMilliseconds { get; init; }

    /// <summary>Milliseconds from the C-ECHO's request to its answer.</summary>
    public double? EchoMilliseconds { get; init; }

    /// <summary>The services that the PACS accepted, of those that this module can use.</summary>
    public ValueList<string> AcceptedServices { get; init; } = [];

    /// <summary>The longest PDU that the PACS takes, in bytes; 0 is no limit (PS3.8 D.1).</summary>
    public long? MaximumPduLength { get; init; }

    /// <summary>The Implementation Class UID of the PACS (PS3.7 D.3.3.2).</summary>
    public string ImplementationClassUid { get; init; } = "";

    /// <summary>The Implementation Version Name of the PACS (PS3.7 D.3.3.2).</summary>
    public string ImplementationVersionName { get; init; } = "";

    /// <summary>Where DCMTK's getscu was found; empty where it was not.</summary>
    public string GetScuPath { get; init; } = "";

    /// <summary>Its version.</summary>
    public string GetScuVersion { get; init; } = "";

    /// <summary>What -Detailed found out; null without it.</summary>
    public PacsConnectionDetails? Details { get; init; }

    /// <summary>Why it did not succeed; empty where it did.</summary>
    public string Reason { get; init; } = "";
}
