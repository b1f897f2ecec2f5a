using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>An exchange with a peer failed. The message never contains a patient's data.</summary>
public abstract class DicomNetworkException : Exception
{
    private protected DicomNetworkException(NetworkPhase phase, string message, Exception? innerException = null)
        : base(message, innerException) => Phase = phase;

    /// <summary>The phase that failed.</summary>
    public NetworkPhase Phase { get; internal set; }
}

/// <summary>The phases of an exchange, in order. Each phase has its own time limit.</summary>
public enum NetworkPhase
{
    /// <summary>The resolution of a host name.</summary>
    NameResolution,

    /// <summary>The TCP connection.</summary>
    Connect,

    /// <summary>The TLS handshake, if TLS is used.</summary>
    TlsHandshake,

    /// <summary>The request or the release of an association (ACSE).</summary>
    Acse,

    /// <summary>A message or the answer to one (DIMSE).</summary>
    Dimse,
}

/// <summary>The host name could not be resolved, or a TCP or TLS connection failed. The phase shows which.</summary>
public sealed class PeerUnreachableException : DicomNetworkException
{
    /// <summary>Initializes the exception from an error of the system.</summary>
    public PeerUnreachableException(NetworkPhase phase, string message, Exception? innerException = null)
        : base(phase, message, innerException)
    {
    }
}

/// <summary>The peer did not answer completely within a limit.</summary>
public sealed class PeerTimeoutException : DicomNetworkException
{
    /// <summary>Initializes the exception from the phase and its limit.</summary>
    public PeerTimeoutException(NetworkPhase phase, TimeSpan limit)
        : base(phase, $"{Describe(phase)} within {limit.TotalSeconds:0.###} s.") => Limit = limit;

    /// <summary>The limit that was exceeded.</summary>
    public TimeSpan Limit { get; }

    private static string Describe(NetworkPhase phase) => phase switch
    {
        NetworkPhase.NameResolution => "No address for the host name",
        NetworkPhase.Connect => "No TCP connection",
        NetworkPhase.TlsHandshake => "The TCP connection was made, but the TLS handshake did not end",
        NetworkPhase.Acse => "No answer to the association request or release (ACSE)",
        _ => "No complete DIMSE message",
    };
}

/// <summary>The peer rejected the association, or accepted none of the required presentation contexts.</summary>
public sealed class AssociationRejectedException : DicomNetworkException
{
    /// <summary>Initializes the exception from an A-ASSOCIATE-RJ (PS3.8 9.3.4).</summary>
    public AssociationRejectedException(AssociateReject reject)
        : base(NetworkPhase.Acse, $"The association was {reject}.") => Reject = reject;

    /// <summary>Initializes the exception for a presentation context that was not accepted (PS3.8 9.3.3.2).</summary>
    public AssociationRejectedException(string message)
        : base(NetworkPhase.Acse, message)
    {
    }

    /// <summary>The rejection; null if a presentation context was refused instead.</summary>
    public AssociateReject? Reject { get; }
}

/// <summary>The association ended early, because of an A-ABORT or a closed connection.</summary>
public sealed class AssociationAbortedException : DicomNetworkException
{
    /// <summary>Initializes the exception.</summary>
    public AssociationAbortedException(string message, Exception? innerException = null)
        : base(NetworkPhase.Dimse, message, innerException)
    {
    }
}

/// <summary>The peer sent data that violates the standard.</summary>
public sealed class ProtocolViolationException : DicomNetworkException
{
    /// <summary>Initializes the exception. The message contains the field or the bound.</summary>
    public ProtocolViolationException(string message, Exception? innerException = null)
        : base(NetworkPhase.Dimse, message, innerException)
    {
    }
}

/// <summary>The peer answered an operation with a failure status (PS3.7 annex C).</summary>
/// <remarks>
/// Error Comment and Offending Element are only properties and not part of the message. They come from the peer and may identify a
/// patient, and the message is shown and logged.
/// </remarks>
public sealed class DimseFailureException : DicomNetworkException
{
    /// <summary>Initializes the exception from a response.</summary>
    /// <param name="operation">The operation, such as C-FIND.</param>
    /// <param name="response">The final response of the operation.</param>
    public DimseFailureException(string operation, CommandSet response)
        : base(NetworkPhase.Dimse, $"{operation} ended with status {response.Status}.")
    {
        Status = response.Status;
        ErrorComment = response.ErrorComment;
        OffendingElements = response.OffendingElements;
    }

    /// <summary>The status (0000,0900).</summary>
    public DimseStatus Status { get; }

    /// <summary>Error Comment (0000,0902), without control characters; null if the peer sent none. It may identify a patient.</summary>
    public string? ErrorComment { get; }

    /// <summary>Offending Element (0000,0901): the elements that the peer rejects; empty if it names none.</summary>
    public IReadOnlyList<Tag> OffendingElements { get; }
}
