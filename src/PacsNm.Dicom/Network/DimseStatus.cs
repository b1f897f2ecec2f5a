namespace PacsNm.Dicom.Network;

/// <summary>The classes of a status (PS3.7 C.1 to C.5).</summary>
public enum DimseStatusClass
{
    /// <summary>0x0000.</summary>
    Success,

    /// <summary>0xFF00 and 0xFF01: more follows.</summary>
    Pending,

    /// <summary>0xFE00: the operation ended after C-CANCEL.</summary>
    Cancel,

    /// <summary>0x0001, 0x0107, 0x0116, 0xBxxx: done, but not entirely as requested.</summary>
    Warning,

    /// <summary>All others.</summary>
    Failure,
}

/// <summary>The status of a DIMSE response (0000,0900) and its meaning (PS3.7 annex C, PS3.4 C.4).</summary>
/// <param name="Code">The 16 bits as sent.</param>
public readonly record struct DimseStatus(ushort Code)
{
    /// <summary>0x0000.</summary>
    public static readonly DimseStatus Success = new(0x0000);

    /// <summary>0xFF00: matches are continuing, all optional keys supported.</summary>
    public static readonly DimseStatus Pending = new(0xFF00);

    /// <summary>0xFF01: matches are continuing, one or more optional keys not supported.</summary>
    public static readonly DimseStatus PendingWithWarning = new(0xFF01);

    /// <summary>0xFE00.</summary>
    public static readonly DimseStatus Cancel = new(0xFE00);

    /// <summary>0xA700: out of resources.</summary>
    public static readonly DimseStatus OutOfResources = new(0xA700);

    /// <summary>0xA702: unable to perform sub-operations.</summary>
    public static readonly DimseStatus UnableToPerformSubOperations = new(0xA702);

    /// <summary>0xA801: move destination unknown.</summary>
    public static readonly DimseStatus MoveDestinationUnknown = new(0xA801);

    /// <summary>0xA900: identifier does not match SOP class.</summary>
    public static readonly DimseStatus IdentifierDoesNotMatchSopClass = new(0xA900);

    /// <summary>0xB000: sub-operations complete, one or more failures.</summary>
    public static readonly DimseStatus SubOperationsCompleteWithFailures = new(0xB000);

    /// <summary>0xC000: unable to process.</summary>
    public static readonly DimseStatus UnableToProcess = new(0xC000);

    /// <summary>0x0122: SOP class not supported.</summary>
    public static readonly DimseStatus SopClassNotSupported = new(0x0122);

    /// <summary>The class of the status.</summary>
    public DimseStatusClass Class => Code switch
    {
        0x0000 => DimseStatusClass.Success,
        0xFF00 or 0xFF01 => DimseStatusClass.Pending,
        0xFE00 => DimseStatusClass.Cancel,
        0x0001 or 0x0107 or 0x0116 or (>= 0xB000 and <= 0xBFFF) => DimseStatusClass.Warning,
        _ => DimseStatusClass.Failure,
    };

    /// <summary>The wording of the standard for the status.</summary>
    public string Meaning => Code switch
    {
        0x0000 => "success",
        0x0105 => "no such attribute",
        0x0106 => "invalid attribute value",
        0x0107 => "attribute list error",
        0x0110 => "processing failure",
        0x0111 => "duplicate SOP instance",
        0x0112 => "no such SOP instance",
        0x0116 => "attribute value out of range",
        0x0117 => "invalid object instance",
        0x0118 => "no such SOP class",
        0x0122 => "SOP class not supported",
        0x0124 => "not authorized",
        0x0210 => "duplicate invocation",
        0x0211 => "unrecognized operation",
        0x0212 => "mistyped argument",
        0x0213 => "resource limitation",
        0xA701 => "out of resources, unable to calculate number of matches",
        0xA702 => "out of resources, unable to perform sub-operations",
        0xA801 => "move destination unknown",
        >= 0xA700 and <= 0xA7FF => "out of resources",
        >= 0xA900 and <= 0xA9FF => "identifier does not match SOP class",
        0xB000 => "sub-operations complete, one or more failures",
        >= 0xC000 and <= 0xCFFF => "unable to process",
        0xFE00 => "cancelled",
        0xFF00 or 0xFF01 => "pending",
        _ => Class == DimseStatusClass.Warning ? "warning" : "failure",
    };

    /// <inheritdoc/>
    public override string ToString() => $"0x{Code:X4} ({Meaning})";
}
