namespace PacsNm.Dicom.Network;

/// <summary>The reason why a peer rejected an association (PS3.8 9.3.4).</summary>
/// <param name="Result">1 rejected permanent, 2 rejected transient.</param>
/// <param name="Source">1 service-user, 2 service-provider (ACSE), 3 service-provider (presentation).</param>
/// <param name="Reason">The reason; its meaning depends on <paramref name="Source"/>.</param>
public sealed record AssociateReject(byte Result, byte Source, byte Reason)
{
    /// <summary>Whether the peer may accept the same request later.</summary>
    public bool IsTransient => Result == 2;

    /// <summary>Called AE title not recognized.</summary>
    public static AssociateReject CalledAETitleNotRecognized { get; } = new(1, 1, 7);

    /// <summary>Calling AE title not recognized.</summary>
    public static AssociateReject CallingAETitleNotRecognized { get; } = new(1, 1, 3);

    /// <summary>Application context name not supported.</summary>
    public static AssociateReject ApplicationContextNotSupported { get; } = new(1, 1, 2);

    /// <summary>Protocol version not supported.</summary>
    public static AssociateReject ProtocolVersionNotSupported { get; } = new(1, 2, 2);

    /// <summary>Temporary congestion or local limit exceeded.</summary>
    public static AssociateReject LocalLimitExceeded { get; } = new(2, 3, 2);

    /// <summary>The wording of the standard for the reason.</summary>
    public string Meaning => (Source, Reason) switch
    {
        (1, 1) or (2, 1) => "no reason given",
        (1, 2) => "application context name not supported",
        (1, 3) => "calling AE title not recognized",
        (1, 7) => "called AE title not recognized",
        (2, 2) => "protocol version not supported",
        (3, 1) => "temporary congestion",
        (3, 2) => "local limit exceeded",
        _ => $"reserved reason {Reason} of source {Source}",
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(IsTransient ? "rejected transient" : "rejected permanent")}, source {Source}, reason {Reason}: {Meaning}";
}
