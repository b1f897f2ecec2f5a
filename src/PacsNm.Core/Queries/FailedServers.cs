using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>The servers that could not be reached in this call. They keep hundreds of inputs from waiting for the same server.</summary>
internal sealed class FailedServers
{
    /// <summary>The failures in a row, each on its own association, after which a server is given up.</summary>
    private const int MaximumFailures = 3;

    /// <summary>How long a server is not asked again. A PACS that restarts then does not spoil the rest of a night.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<PacsServer, (int Failures, DicomNetworkException Last, DateTime At)> _failures = [];

    /// <summary>Returns why a server is not asked now; null if it may be asked.</summary>
    public DicomNetworkException? ReasonOf(PacsServer server) =>
        _failures.TryGetValue(server, out var known) && known.Failures >= MaximumFailures && DateTime.UtcNow - known.At < Pause
            ? known.Last
            : null;

    /// <summary>Records a failure.</summary>
    public void Add(PacsServer server, DicomNetworkException exception)
    {
        _failures.TryGetValue(server, out var known);
        _failures[server] = (exception switch
        {
            // The server answered, so the next query may succeed.
            DimseFailureException => 0,

            // There is no association, and the next wait would be as long.
            PeerUnreachableException or AssociationRejectedException { Reject: not { IsTransient: true } } => MaximumFailures,
            PeerTimeoutException { Phase: not NetworkPhase.Dimse } => MaximumFailures,
            _ => known.Failures + 1,
        }, exception, DateTime.UtcNow);
    }

    /// <summary>Records a success.</summary>
    public void Forget(PacsServer server) => _failures.Remove(server);
}
