namespace PacsNm.Dicom.Network;

/// <summary>An exchange with a peer that did not go as asked. The message never holds a patient's data.</summary>
public abstract class DicomNetworkException : Exception
{
    private protected DicomNetworkException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>No TCP connection, or no TLS on it.</summary>
public sealed class PeerUnreachableException : DicomNetworkException
{
    /// <summary>Makes one from what the system said.</summary>
    public PeerUnreachableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The waits that have a limit of their own.</summary>
public enum NetworkPhase
{
    /// <summary>The TCP connection, and TLS.</summary>
    Connect,

    /// <summary>The request, the release of an association (ACSE).</summary>
    Acse,

    /// <summary>A message or the answer to one (DIMSE).</summary>
    Dimse,
}

/// <summary>The peer said nothing, or not enough, within a limit.</summary>
public sealed class PeerTimeoutException : DicomNetworkException
{
    /// <summary>Makes one for a wait that ran out.</summary>
    public PeerTimeoutException(NetworkPhase phase, TimeSpan limit)
        : base($"No {Awaited(phase)} within {limit.TotalSeconds:0.###} s.")
    {
        Phase = phase;
        Limit = limit;
    }

    /// <summary>Which wait it was.</summary>
    public NetworkPhase Phase { get; }

    /// <summary>How long it was allowed to last.</summary>
    public TimeSpan Limit { get; }

    private static string Awaited(NetworkPhase phase) => phase switch
    {
        NetworkPhase.Connect => "TCP connection",
        NetworkPhase.Acse => "answer to the association request or release (ACSE)",
        _ => "complete DIMSE message",
    };
}

/// <summary>The peer refused the association, or every presentation context that was needed.</summary>
public sealed class AssociationRejectedException : DicomNetworkException
{
    /// <summary>Makes one from an A-ASSOCIATE-RJ (PS3.8 9.3.4).</summary>
    public AssociationRejectedException(AssociateReject reject)
        : base($"The association was {reject}.") => Reject = reject;

    /// <summary>Makes one for a context that was not accepted (PS3.8 9.3.3.2).</summary>
    public AssociationRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>The rejection; null where a presentation context was refused instead.</summary>
    public AssociateReject? Reject { get; }
}

/// <summary>The association ended before its time: an A-ABORT, or a closed connection.</summary>
public sealed class AssociationAbortedException : DicomNetworkException
{
    /// <summary>Makes one.</summary>
    public AssociationAbortedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The peer sent what the standard does not allow.</summary>
public sealed class ProtocolViolationException : DicomNetworkException
{
    /// <summary>Makes one; the message names the field or the bound.</summary>
    public ProtocolViolationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The peer answered an operation with a status of failure (PS3.7 annex C).</summary>
public sealed class DimseFailureException : DicomNetworkException
{
    /// <summary>Makes one from the status of a response and its Error Comment (0000,0902).</summary>
    /// <remarks>The comment is the peer's free text: it can name a patient, and stays out of the message.</remarks>
    public DimseFailureException(string operation, DimseStatus status, string? errorComment = null)
        : base($"{operation} ended with status {status}.")
    {
        Status = status;
        ErrorComment = errorComment;
    }

    /// <summary>The status.</summary>
    public DimseStatus Status { get; }

    /// <summary>The peer's own words, if any. They can name a patient.</summary>
    public string? ErrorComment { get; }
}
