namespace PacsNm.Dicom.Network;

/// <summary>The time limits of the phases of an exchange.</summary>
public sealed record NetworkTimeouts
{
    /// <summary>The usual limit of <see cref="Release"/>; 1 s.</summary>
    public static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(1);

    /// <summary>The look-up of the host name; 30 s.</summary>
    public TimeSpan NameResolution { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The TCP connection; 30 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The TLS handshake on a TCP connection that was made; 30 s.</summary>
    public TimeSpan TlsHandshake { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The answer to the request for an association; 30 s.</summary>
    public TimeSpan Acse { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The answer to the release of an association. It is short: everything has been exchanged by then, and a peer that does
    /// not answer is aborted without an error.
    /// </summary>
    public TimeSpan Release { get; init; } = ReleaseLimit;

    /// <summary>One whole DIMSE message, from the start of the wait; 30 s.</summary>
    public TimeSpan Dimse { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what a cancelled peer still sends is read before the association is aborted; 1 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);
}
