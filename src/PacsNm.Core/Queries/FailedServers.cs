using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// Servers that could not be reached in this call. Hundreds of inputs do not wait hundreds of times for one of them, and do not
/// ask it as often.
/// </summary>
internal sealed class FailedServers
{
    /// <summary>Failures one after the other, each on an association of its own, before a server is given up.</summary>
    private const int MaximumFailures = 3;

    /// <summary>How long a server is left alone. A PACS that restarts does not cost the rest of a night.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<PacsServer, (int Failures, DicomNetworkException Last, DateTime At)> _failures = [];

    /// <summary>Why a server is not asked now; null if it may be.</summary>
    public DicomNetworkException? ReasonOf(PacsServer server) =>
        _failures.TryGetValue(server, out var known) && known.Failures >= MaximumFailures && DateTime.UtcNow - known.At < Pause
            ? known.Last
            : null;

    /// <summary>Takes note of a failure.</summary>
    public void Add(PacsServer server, DicomNetworkException exception)
    {
        _failures.TryGetValue(server, out var known);
        _failures[server] = (exception switch
        {
            // It answered: the next query may please it.
            DimseFailureException => 0,

            // There is no association, and the next wait would be as long.
            PeerUnreachableException or AssociationRejectedException { Reject: not { IsTransient: true } } => MaximumFailures,
            PeerTimeoutException { Phase: not NetworkPhase.Dimse } => MaximumFailures,
            _ => known.Failures + 1,
        }, exception, DateTime.UtcNow);
    }

    /// <summary>Takes note of an answer.</summary>
    public void Forget(PacsServer server) => _failures.Remove(server);
}
