namespace PacsNm.Dicom.Network;

/// <summary>The properties of the sender of A-ASSOCIATE-RQ or A-ASSOCIATE-AC (PS3.8 9.3.2.3, PS3.7 D.3.3).</summary>
public sealed record UserInformation
{
    /// <summary>The longest P-DATA-TF body that the sender accepts, in bytes; 0 for no limit (PS3.8 D.1).</summary>
    public uint MaximumLength { get; init; } = Pdu.DefaultMaximumLength;

    /// <summary>The sender's implementation class UID (PS3.7 D.3.3.2).</summary>
    public string ImplementationClassUid { get; init; } = Implementation.ClassUid;

    /// <summary>The sender's implementation version name (PS3.7 D.3.3.2).</summary>
    public string? ImplementationVersionName { get; init; } = Implementation.VersionName;

    /// <summary>Role selections (PS3.7 D.3.3.4).</summary>
    public IReadOnlyList<RoleSelection> RoleSelections { get; init; } = [];
}

/// <summary>A-ASSOCIATE-RQ (PS3.8 9.3.2).</summary>
public sealed record AssociateRequest
{
    /// <summary>The DICOM application context name (PS3.7 A.2.1).</summary>
    public const string DicomApplicationContext = "1.2.840.10008.3.1.1.1";

    /// <summary>Bit 0 is set for version 1, the only version (PS3.8 9.3.2).</summary>
    public ushort ProtocolVersion { get; init; } = 1;

    /// <summary>The AE title of the acceptor.</summary>
    public required string CalledAETitle { get; init; }

    /// <summary>The AE title of the requestor.</summary>
    public required string CallingAETitle { get; init; }

    /// <summary>The application context name.</summary>
    public string ApplicationContext { get; init; } = DicomApplicationContext;

    /// <summary>The proposed presentation contexts.</summary>
    public required IReadOnlyList<PresentationContext> PresentationContexts { get; init; }

    /// <summary>The properties of the requestor.</summary>
    public UserInformation UserInformation { get; init; } = new();
}

/// <summary>A-ASSOCIATE-AC (PS3.8 9.3.3).</summary>
public sealed record AssociateAccept
{
    /// <summary>The AE titles of the request. They are returned, but the requestor must not test them.</summary>
    public required string CalledAETitle { get; init; }

    /// <inheritdoc cref="CalledAETitle"/>
    public required string CallingAETitle { get; init; }

    /// <summary>The answers, one per proposed context.</summary>
    public required IReadOnlyList<PresentationContextResult> PresentationContexts { get; init; }

    /// <summary>The properties of the acceptor.</summary>
    public UserInformation UserInformation { get; init; } = new();
}
