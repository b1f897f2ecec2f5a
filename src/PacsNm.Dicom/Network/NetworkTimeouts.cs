namespace PacsNm.Dicom.Network;

/// <summary>How long to wait for what, each on its own.</summary>
public sealed record NetworkTimeouts
{
    /// <summary>The address of the host name, and then the TCP connection, each; 30 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The TLS handshake on a TCP connection that was made; 30 s.</summary>
    public TimeSpan TlsHandshake { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The answer to an association's request or release; 30 s.</summary>
    public TimeSpan Acse { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>One whole DIMSE message, from the moment it is awaited; 30 s.</summary>
    public TimeSpan Dimse { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what a cancelled peer still sends is read before the association is aborted; 1 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);
}
